"""The report of a run as files: results.json for programs, junit.xml for CI systems, index.html for people."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from .page import page
from .results import CANNOT, FAIL, SKIP, Results


def write_report(directory: Path, results: Results) -> Path:
    """Return the page."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "results.json").write_text(results.as_json(logs=True), encoding="utf-8")
    junit(results).write(directory / "junit.xml", encoding="utf-8", xml_declaration=True)
    index = directory / "index.html"
    index.write_text(page(results), encoding="utf-8")
    return index


def junit(results: Results) -> "ElementTree.ElementTree[ElementTree.Element]":
    """A suite for each client, a case for each scenario."""
    root = ElementTree.Element("testsuites", name=f"compatibility of {results.broker}")
    for client in results.clients():
        cells = results.of(client)
        counts = {
            "tests": len(cells),
            "failures": sum(cell.status == FAIL for cell in cells),
            "skipped": sum(cell.status in (CANNOT, SKIP) for cell in cells),
        }
        numbers = {name: str(count) for name, count in counts.items()}
        suite = ElementTree.SubElement(root, "testsuite", {"name": client, "timestamp": results.date} | numbers)
        for cell in cells:
            seconds = f"{cell.seconds:.2f}"
            case = ElementTree.SubElement(suite, "testcase", classname=client, name=cell.scenario, time=seconds)
            if cell.status == FAIL:
                ElementTree.SubElement(case, "failure", message=printable(cell.reason)).text = printable(cell.log)
            elif cell.status in (CANNOT, SKIP):
                ElementTree.SubElement(case, "skipped", message=printable(cell.reason))
    return ElementTree.ElementTree(root)


def printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(one for one in text if one in "\n\t" or one >= " ")
