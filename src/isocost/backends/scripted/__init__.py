"""Made-up answers, always the same ones: in this process, or by a real HTTP server with faults on demand."""
