"""Holds the files that are named on the command line against the schema of pain.008.001.08, as sepaxml ships it.
Prints a list of {file, mistakes} as JSON."""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

# Found, not imported: what sepaxml itself needs is not asked for.
package = Path(find_spec("sepaxml").origin).parent
schema = etree.XMLSchema(file=str(package / "schemas" / "pain.008.001.08.xsd"))
results = []
for file in sys.argv[1:]:
    document = etree.parse(file)
    schema.validate(document)
    mistakes = [f"line {mistake.line}: {mistake.message}" for mistake in schema.error_log]
    results.append({"file": file, "mistakes": mistakes})
json.dump(results, sys.stdout)
