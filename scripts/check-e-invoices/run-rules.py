"""Runs rules over documents. Reads {schemas, rules, documents} as JSON from standard input and prints a
list of {document, rules, id, flag, text, seconds} as JSON: one with an empty id for each document and set of
rules that ran, one for each rule that failed."""

import json
import sys
import time

import saxonche
from lxml import etree

SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def main():
    task = json.load(sys.stdin)
    results = []
    check_schemas(task, results)
    with saxonche.PySaxonProcessor(license=False) as processor:
        compiler = processor.new_xslt30_processor()
        for rules in task["rules"]:
            stylesheet = compiler.compile_stylesheet(stylesheet_file=rules["path"])
            for document in task["documents"]:
                started = time.monotonic()
                report = stylesheet.transform_to_string(source_file=document["path"])
                note(results, document, rules["name"], "", "ran", "", time.monotonic() - started)
                root = etree.fromstring(report.encode("utf-8"))
                if not any(True for _ in root.iter(SVRL + "fired-rule")):
                    note(results, document, rules["name"], "no-rule-fired", "fatal", "no rule looked at it")
                for failed in root.iter(SVRL + "failed-assert", SVRL + "successful-report"):
                    text = " ".join("".join(failed.find(SVRL + "text").itertext()).split())
                    flag = failed.get("flag") or "fatal"
                    note(results, document, rules["name"], failed.get("id") or "?", flag, text)
    json.dump(results, sys.stdout)


def check_schemas(task, results):
    """The order and number of elements, which the rules do not look at."""
    schemas = {root: etree.XMLSchema(file=path) for root, path in task["schemas"].items()}
    for document in task["documents"]:
        started = time.monotonic()
        tree = etree.parse(document["path"])
        schema = schemas[etree.QName(tree.getroot()).localname]
        isValid = schema.validate(tree)
        note(results, document, "UBL 2.1", "", "ran", "", time.monotonic() - started)
        if not isValid:
            for error in schema.error_log:
                note(results, document, "UBL 2.1", "schema", "fatal", error.message)


def note(results, document, rules, id, flag, text, seconds=0):
    results.append(
        {
            "document": document["name"],
            "rules": rules,
            "id": id,
            "flag": flag,
            "text": text,
            "seconds": seconds,
        }
    )


main()
