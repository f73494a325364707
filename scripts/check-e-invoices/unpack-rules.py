"""Unpacks schemas and rules from the jars of a folder: unpack-rules.py JARS FOLDER."""

import pathlib
import re
import sys
import zipfile

WANTED = re.compile(r"((external/)?schemas/.*\.xsd|external/schematron/.*EN16931-UBL.*\.xslt)")
COMPONENTS = "urn:un:unece:uncefact:data:specification:CoreComponentTypeSchemaModule:2"
EXTENSION_CONTENT = """<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"
  xmlns="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
  targetNamespace="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2">
  <xsd:complexType name="ExtensionContentType">
    <xsd:sequence><xsd:any processContents="skip"/></xsd:sequence>
  </xsd:complexType>
</xsd:schema>
"""


def main(jars, folder):
    for jar in sorted(jars.glob("*.jar")):
        with zipfile.ZipFile(jar) as archive:
            archive.extractall(folder, [name for name in archive.namelist() if WANTED.match(name)])
    common = folder / "external" / "schemas" / "ubl21" / "common"
    components = "../../../../schemas/CCTS_CCT_SchemaModule.xsd"
    unqualified = common / "UBL-UnqualifiedDataTypes-2.1.xsd"
    # The jar's schemas leave it to Java to find this one.
    unqualified.write_text(
        unqualified.read_text("utf-8").replace(
            f'namespace="{COMPONENTS}"/>',
            f'namespace="{COMPONENTS}" schemaLocation="{components}"/>',
        ),
        "utf-8",
    )
    # Extensions hold signatures, of which tik writes none: their schemas are left out.
    (common / "UBL-ExtensionContentDataType-2.1.xsd").write_text(EXTENSION_CONTENT, "utf-8")


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
