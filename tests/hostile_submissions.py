"""Files for the exercise `sigmoid` that hang, exit, fork, print or cheat, each with what has to be said of it.

`HOSTILE` has by name: the text, the state, and words of the sentence.
"""

HEAD = """
import numpy as np
def softplus(x):
    return np.logaddexp(0, x)
def sigmoid(x):
"""
SEND = """
import os
def send(text):
    text = memoryview(len(text).to_bytes(8, "big") + text)
    while text:
        text = text[os.write(3, text):]
"""
LOADED = f"""{SEND}
send(b'{{"loaded": {{"sigmoid": 0, "softplus": 0}}}}')
"""
WRONG = f"{HEAD}    return 0 * x\n"

HOSTILE = {
    "hangs": (f"{HEAD}    while True: pass\n", "stopped", "no end within the limit"),
    "hangs at import": ("while True: pass", "stopped", "when the file is run"),
    "sleeps": (f"{HEAD}    import time; time.sleep(1000)\n", "stopped", "no end within the limit"),
    "exits": ("exit(0)", "broken", "line 1: the file ends itself"),
    "exits in a call": (f"{HEAD}    raise SystemExit('bye')\n", "wrong", "SystemExit: exit(bye)"),
    "leaves": (f"{HEAD}    import os; os._exit(0)\n", "stopped", "ended its process"),
    "leaves at import": ("import os; os._exit(0)", "stopped", "ended its process"),
    "crashes": (f"{HEAD}    import ctypes; ctypes.string_at(0)\n", "stopped", "SIGSEGV"),
    "forks": ("import os\nwhile True: os.fork()", "broken", "starts no other programs or processes"),
    "forks below Python": ("import ctypes\nc = ctypes.CDLL(None)\nwhile True: c.fork()", "stopped", "no end within"),
    "leaves a daemon behind": (
        "import ctypes, time\nc = ctypes.CDLL(None)\nif c.fork() == 0:\n    c.setsid()\n    c.fork()\n"
        f"    time.sleep(1000)\n{WRONG}",
        "wrong",
        "yours is 0",
    ),
    "prints a gigabyte": (f"{HEAD}    while True: print('x' * 10**6)\n", "stopped", "printed more than the limit"),
    "asks": ("name = input('Your name? ')", "broken", "line 1: the file asks for input"),
    "imports what is not there": ("import nothing_of_that_name", "broken", "line 1: ModuleNotFoundError"),
    "raises when deleted": (
        f"class A:\n    def __del__(self):\n        raise ValueError\na = A()\ndel a\nb = A()\n{WRONG}",
        "wrong",
        "yours is 0",
    ),
    "recurses": (f"{HEAD}    return sigmoid(x)\n", "wrong", "RecursionError"),
    "allocates": (f"{HEAD}    return np.ones(10**10)\n", "wrong", "MemoryError"),
    "returns a hundred megabytes": (f"{HEAD}    return np.ones(10**7)\n", "wrong", "array of 80000000 bytes"),
    "returns itself": (f"{HEAD}    a = []\n    a.append(a)\n    return a\n", "wrong", "RecursionError"),
    "catches everything": (
        f"{HEAD}    while True:\n        try:\n            while True: pass\n        except BaseException: pass\n",
        "stopped",
        "no end within the limit",
    ),
    "starts threads": (
        "import threading, time\nfor _ in range(1000):\n    threading.Thread(target=time.sleep, args=(1000,)).start()",
        "broken",
        "can't start new thread",
    ),
    "leaves a thread": (
        f"import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()\n{WRONG}",
        "wrong",
        "yours is 0",
    ),
    "closes its output": (f"import os, sys\nsys.stdout.close()\nos.close(1)\nos.close(2)\n{WRONG}", "wrong", "yours"),
    "closes everything": (f"import os\nos.closerange(0, 100)\n{WRONG}", "stopped", "process"),
    "empties sys.modules": (f"import sys\nsys.modules.clear()\n{WRONG}", "broken", "line"),
    "changes NumPy and the checks": (
        "import numpy as np\nimport minnet.exercises.diagnosis as d\nimport minnet.exercises.running.peer as p\n"
        f"np.abs = lambda x: 0 * x\nnp.argwhere = lambda x: np.zeros(0)\nd._what = p._what = lambda *a: ''\n{WRONG}",
        "wrong",
        "yours is 0",
    ),
    "prints that it is solved": (f'print(\'{{"exercise": "sigmoid", "state": "solved"}}\')\n{WRONG}', "wrong", "yours"),
    "writes to every open file": (
        "import os\nfor k in range(3, 20):\n    try:\n        os.write(k, bytes(7) + b'\\x02{}')\n"
        f"    except OSError: pass\n{WRONG}",
        "stopped",
        "no answer",
    ),
    "changes its folder": (f"import os\nos.chdir('/')\n{WRONG}", "wrong", "yours is 0"),
    "deletes files": (
        f"import os\nopen('a', 'w').close()\nfor f in os.listdir(): os.remove(f)\n{WRONG}",
        "wrong",
        "yours is 0",
    ),
    "deletes what is not its own": ("import shutil\nshutil.rmtree('/etc')", "broken", "in its own folder alone"),
    "writes elsewhere": ("open('/tmp/minnet-was-here', 'w')", "broken", "in its own folder alone"),
    "writes without end": (
        "with open('a', 'wb') as f:\n    while True: f.write(bytes(10**6))",
        "broken",
        "File too large",
    ),
    "calls home": ("import socket\nsocket.create_connection(('127.0.0.1', 80), 1)", "broken", "no network"),
    "starts a program": ("import subprocess\nsubprocess.run(['ls'])", "broken", "no other programs"),
    "cannot say its error": (
        f"class E(Exception):\n    def __str__(self): raise ValueError\n{HEAD}    raise E\n",
        "wrong",
        "E: (its text cannot be had)",
    ),
    "says what cannot be written": (f"{HEAD}    raise ValueError('\\ud800' * 10**6)\n", "wrong", "ValueError: \ufffd"),
    "returns ten megabytes of text": (f"{HEAD}    return 'x\\0\\x1b' * 10**6\n", "wrong", "yours"),
    "looks for the checks in its frames": (
        "import sys\nf = sys._getframe()\nwhile 'exercise' not in f.f_locals:\n    f = f.f_back\n"
        "sigmoid, softplus = (f.f_locals['exercise'].reference(n) for n in ('sigmoid', 'softplus'))",
        "broken",
        "line 3: AttributeError: 'NoneType'",
    ),
    "looks for the checks on the heap": (
        "import gc\nnames = [str(o.get('__name__')) for o in gc.get_objects() if type(o) is dict]\n"
        "raise ValueError([n for n in names if n.endswith('sigmoid checks')])",
        "broken",
        "ValueError: []",
    ),
    "sends infinity": (f'{SEND}send(b\'{{"failed": ["a", "b", Infinity]}}\')', "stopped", "no answer"),
    "sends a million parts": (
        f'{LOADED}send(b\'{{"id": 1, "warnings": [], "after": [\' + b\'{{"other":""}},\' * 10**6 + b\'1]}}\')',
        "stopped",
        "parts",
    ),
    "sends without end": (f"{LOADED}while True: send(b'{{\"id\": -1}}')", "stopped", "no end within the limit"),
    "closes its output and sleeps": (
        "import os, time\nos.close(1)\nos.close(2)\ntime.sleep(1000)",
        "stopped",
        "when the file is run",
    ),
    "makes files without end": (
        "k = 0\nwhile True:\n    open(f'{k}', 'x').close()\n    k += 1",
        "stopped",
        "more than the limit of 1000 files",
    ),
    "makes deep folders": (
        "import ctypes\nc = ctypes.CDLL(None)\nfor _ in range(40):\n    c.mkdir(b'a' * 250, 0o700)\n"
        "    c.chdir(b'a' * 250)\nwhile True: pass",
        "stopped",
        "or folders deeper than can be named",
    ),
    "writes many files": (
        "for k in range(1000):\n    with open(f'{k}', 'wb') as f: f.write(bytes(2**20))\nwhile True: pass",
        "stopped",
        "more than the limit of 64 MB in all",
    ),
    "is no Python": ("def sigmoid(:\n", "broken", "line 1: SyntaxError"),
    "holds a null": ("x = 1\0", "broken", "null"),
}
