/** Which letters the glyphs of a font stand for, so that text can be copied out of the page and searched. */

/** Ranges of one hundred at most, as readers want them. */
const RANGE_MAX = 100

/** By glyph, beginning with the second; the first stands for nothing. */
export function toUnicodeMap(codePoints: readonly (readonly number[])[]): string {
  const entries = [[0], ...codePoints].map((points) => `<${points.map(utf16).join('')}>`)
  const ranges: string[] = []
  for (let first = 0; first < entries.length; first += RANGE_MAX) {
    const some = entries.slice(first, first + RANGE_MAX)
    ranges.push(`<${hex(first)}> <${hex(first + some.length - 1)}> [${some.join(' ')}]`)
  }
  return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <<
  /Registry (Adobe)
  /Ordering (UCS)
  /Supplement 0
>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000><ffff>
endcodespacerange
${ranges.length} beginbfrange
${ranges.join('\n')}
endbfrange
endcmap
CMapName currentdict /CMap defineresource pop
end
end`
}

function utf16(codePoint: number): string {
  const text = String.fromCodePoint(codePoint)
  return Array.from({ length: text.length }, (_, index) => hex(text.charCodeAt(index))).join('')
}

function hex(number: number): string {
  return number.toString(16).padStart(4, '0')
}
