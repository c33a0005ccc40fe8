"""Models behind a server that speaks the OpenAI protocol; the door is `isocost.backends.openai.server`.

server      OpenAIBackend: enter, conditions, replies, leave
background  the thread with the event loop, and the session of the HTTP library
asking      one stream of requests: pulled as there is room, asked again after faults, given up on closing
endpoints   several servers used evenly; one that is gone is left out and tried again later
governor    how many at once: slow start, additive increase, multiplicative decrease
attempt     one request over the wire: clocks, silence, its end
events      bytes into server-sent events
collecting  events into text, tokens, log-probabilities and times
troubles    what can go wrong, and whether to ask again
body        what is sent
probe       what a server really honours
"""
