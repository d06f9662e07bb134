"""What a benchmark prints: one JSON line a cell, and the machine it was measured on."""

import json
import os
import platform
from pathlib import Path
from statistics import median
from typing import Any


def machine() -> dict[str, Any]:
    info = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (info.read_text().splitlines() if info.exists() else [])
        if line.startswith("model name")
    ]
    return {
        "cell": "machine",
        "cores": os.cpu_count(),
        "processor": names[0] if names else platform.processor(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 1),
    }


def say(line: dict[str, Any]) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


def cell(name: str, rounds: list[float], **more: Any) -> float:
    """Prints a cell with its rounds, and answers their median."""
    middle = median(rounds)
    figures = {"median": round(middle, 1), "rounds": [round(figure, 1) for figure in rounds]}
    say({"cell": name, **figures, **more})
    return middle
