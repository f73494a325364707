/** One line of a CSV file (RFC 4180): a usage has twenty cells and an invoice a thousand usages. */

/** Ends with a line break of Windows; what would end a cell or a line is quoted. */
export function csvLine(cells: readonly string[], delimiter: ',' | ';'): string {
  const ends = ENDS[delimiter]
  let line = ''
  for (const [index, cell] of cells.entries()) {
    if (index > 0) line += delimiter
    line += ends.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
  }
  return `${line}\r\n`
}

/** A lone line feed or return is quoted as well: half of the readers take it for the end of a line. */
const ENDS = { ',': /[",\r\n]/, ';': /[";\r\n]/ } as const
