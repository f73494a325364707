/** A small workbook (.xlsx) for tests: sheets of cells as spreadsheets write them, in a zip. */
import { crc32, deflateRawSync } from 'node:zlib'

/** A text, a number as the file has it, or a day counted from 1899-12-30. */
export type WorkbookCell =
  string | { readonly number: string } | { readonly day: number } | { readonly error: string }

export function workbook(
  sheets: Readonly<Record<string, readonly (readonly WorkbookCell[])[]>>,
): Buffer {
  const strings: string[] = []
  const names = Object.keys(sheets)
  const parts: [string, string][] = Object.values(sheets).map((rows, index) => [
    `xl/worksheets/sheet${index + 1}.xml`,
    `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows
      .map((cells, at) => (cells.length === 0 ? '' : rowXml(cells, at + 1, strings)))
      .join('')}</sheetData></worksheet>`,
  ])
  parts.push(
    [
      'xl/workbook.xml',
      `<workbook xmlns:r="r"><workbookPr/><sheets>${names
        .map(
          (name, index) =>
            `<sheet name="${escaped(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
        )
        .join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `<Relationships>${names
        .map(
          (_, index) =>
            `<Relationship Id="rId${index + 1}" Target="worksheets/sheet${index + 1}.xml"/>`,
        )
        .join('')}</Relationships>`,
    ],
    [
      'xl/styles.xml',
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\\-mm\\-yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    ],
    [
      'xl/sharedStrings.xml',
      `<sst>${strings.map((text) => `<si><t>${escaped(text)}</t></si>`).join('')}</sst>`,
    ],
  )
  return zip(parts)
}

function rowXml(cells: readonly WorkbookCell[], row: number, strings: string[]): string {
  const all = cells.map((cell, column) => {
    const at = `r="${String.fromCodePoint(65 + column)}${row}"`
    if (typeof cell === 'string') {
      if (cell === '') return ''
      strings.push(cell)
      return `<c ${at} t="s"><v>${strings.length - 1}</v></c>`
    }
    if ('number' in cell) return `<c ${at}><v>${cell.number}</v></c>`
    if ('day' in cell) return `<c ${at} s="1"><v>${cell.day}</v></c>`
    return `<c ${at} t="e"><v>${cell.error}</v></c>`
  })
  return `<row r="${row}">${all.join('')}</row>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

function zip(parts: readonly (readonly [name: string, text: string])[]): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, text] of parts) {
    const content = Buffer.from(text)
    const packed = deflateRawSync(content)
    const facts = Buffer.alloc(26) // From the version needed to the length of the extra field.
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(8, 4)
    facts.writeUInt32LE(crc32(content), 10)
    facts.writeUInt32LE(packed.length, 14)
    facts.writeUInt32LE(content.length, 18)
    facts.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([
      Buffer.from('PK\u0003\u0004', 'latin1'),
      facts,
      Buffer.from(name),
      packed,
    ])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(
      Buffer.concat([
        Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'),
        facts,
        rest,
        Buffer.from(name),
      ]),
    )
    files.push(local)
    offset += local.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006', 'latin1')
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...files, list, end])
}
