"""The honest program: what every level must let through, tried before anybody else's program runs."""

from __future__ import annotations

HONEST = """
import concurrent.futures, dataclasses, os, pickle, selectors, shutil, socket, sys, tempfile, threading, time


@dataclasses.dataclass
class Point:
    x: int
    y: float


def threads():
    seen, lock = [], threading.Lock()

    def work(number):
        with lock:
            seen.append(number)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return sorted(seen) == list(range(8)) and list(pool.map(abs, [-1, 2])) == [1, 2]


def files():
    with tempfile.NamedTemporaryFile("w+") as file, tempfile.TemporaryDirectory() as folder:
        file.write("text")
        file.seek(0)
        inner = os.path.join(folder, "inner")
        open(inner, "w").close()
        shutil.copy(inner, folder + "/copy")
        shutil.copy2(inner, folder + "/copy2")
        return file.read() == "text" and sorted(os.listdir(folder)) == ["copy", "copy2", "inner"]


def events():
    one, other = socket.socketpair()
    with one, other, selectors.DefaultSelector() as selector:
        selector.register(one, selectors.EVENT_READ)
        other.send(b"x")
        return len(selector.select(1)) == 1


def loop():
    import asyncio

    async def double(number):
        await asyncio.sleep(0)
        return 2 * number

    async def both():
        return await asyncio.gather(double(1), double(2))
    return asyncio.run(both()) == [2, 4]


def honest(whole):
    sys.setrecursionlimit(10_000)
    tries = {
        "threads": threads, "files": files, "events": events,
        "pickle": lambda: pickle.loads(pickle.dumps(Point(1, 2.0))) == Point(1, 2.0),
        "memory": lambda: len([0] * 2_500_000) == 2_500_000,
        "time": lambda: time.time() > 0,
    }
    if whole:
        tries["asyncio"] = loop
    for name, attempt in tries.items():
        try:
            if not attempt():
                return name
        except Exception as error:
            return f"{name}: {type(error).__name__}: {error}"
    return ""
"""
"""What a sandbox must let through; `honest()` returns the name of what failed, or nothing."""
