/** XML as data, and its text: the same bytes for the same elements. An element with nothing in it is none. */

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly content: string | readonly XmlElement[]
}

/** undefined for an empty text. */
export function leaf(
  name: string,
  text: string,
  attributes: XmlElement['attributes'] = {},
): XmlElement | undefined {
  return text === '' ? undefined : { name, attributes, content: text }
}

/** undefined when none of the parts is there. */
export function group(
  name: string,
  parts: readonly (XmlElement | undefined)[],
  attributes: XmlElement['attributes'] = {},
): XmlElement | undefined {
  const content = parts.filter((part) => part !== undefined)
  return content.length === 0 ? undefined : { name, attributes, content }
}

/** A whole document, an element a line. Texts must hold only what XML 1.0 can (clean-text.ts). */
export function xmlText(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${elementText(root, '')}`
}

function elementText({ name, attributes, content }: XmlElement, indent: string): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
  const inside =
    typeof content === 'string'
      ? escapeXml(content)
      : `\n${content.map((child) => elementText(child, `${indent}  `)).join('')}${indent}`
  return `${indent}<${name}${pairs.join('')}>${inside}</${name}>\n`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (mark) => ENTITIES[mark] ?? mark)
}
