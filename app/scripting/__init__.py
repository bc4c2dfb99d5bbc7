"""Scripts: JavaScript in a sandbox of its own, which knows of the world outside only what a request brings.

| file | what is in it |
|---|---|
| `javascript.py` | `JavaScript`, the script engine: requests, outcomes and their errors |
| `machines.py`, `places.py` | a few machines a process, started when a script first needs one, lent in turn |
| `machine.py` | one machine: QuickJS inside WebAssembly, whose memory is as new before each evaluation |
| `image.py`, `shim.wat` | the memory that each evaluation begins with, and the one call that it takes |
| `guest.py` | the compiled modules, the clock that ends endless loops, and the imports that say no |
| `values.py` | variables as the guest's JSON, and back |
| `prelude/*.js` | what a script sees: variables, `execution`, `task`, `S`, Java's lists and maps |
"""

from app.scripting.javascript import JavaScript

__all__ = ["JavaScript"]
