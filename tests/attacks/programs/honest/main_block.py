# coding: only-inside-the-sandbox
"""Has a main block that only prints.

outcome: passed
"""

def add(a, b):
    return a + b


def main():
    print("1 + 2 =", add(1, 2))


if __name__ == "__main__":
    main()
