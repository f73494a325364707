/**
 * A strict reader of what tik writes as XML, for tests: it throws at anything that is not well-formed, and
 * at what XML 1.0 allows and tik never writes (comments, CDATA, DTDs, mixed content).
 */

export interface XmlNode {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
  readonly children: readonly XmlNode[]
}

const NAME = String.raw`[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?`
const TAG = new RegExp(String.raw`<(/?)(${NAME})((?: ${NAME}="[^"<]*")*)>`, 'y')
const ATTRIBUTE = new RegExp(` (${NAME})="([^"<]*)"`, 'g')
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }
/** What XML 1.0 calls a character. */
const CHARACTERS = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

export function readXml(document: string): XmlNode {
  if (!document.startsWith(DECLARATION)) throw new Error('it has no declaration')
  if (!CHARACTERS.test(document)) throw new Error('it has a character that XML cannot hold')
  const reader = { text: document, at: DECLARATION.length }
  const root = readElement(reader)
  if (document.slice(reader.at).trim() !== '') throw new Error('something follows the root')
  return root
}

/** Texts of all elements that the path of names leads to. */
export function textsAt(node: XmlNode, path: string): string[] {
  return nodesAt(node, path).map(({ text }) => text)
}

export function nodesAt(node: XmlNode, path: string): XmlNode[] {
  return path
    .split('/')
    .reduce<XmlNode[]>(
      (nodes, name) =>
        nodes.flatMap(({ children }) => children.filter((child) => child.name === name)),
      [node],
    )
}

interface Reader {
  readonly text: string
  at: number
}

function readElement(reader: Reader): XmlNode {
  const { name, attributes, isEnd } = readTag(reader)
  if (isEnd) throw new Error(`</${name}> was never opened`)
  const children: XmlNode[] = []
  let text = readText(reader)
  while (!reader.text.startsWith('</', reader.at)) {
    if (text.trim() !== '') throw new Error(`${name} has text beside elements`)
    children.push(readElement(reader))
    text = readText(reader)
  }
  const end = readTag(reader)
  if (end.name !== name) throw new Error(`</${end.name}> ends ${name}`)
  if (children.length === 0 && text.trim() === '') throw new Error(`${name} is empty`)
  return { name, attributes, text: children.length === 0 ? text : '', children }
}

function readTag(reader: Reader) {
  TAG.lastIndex = reader.at
  const [whole = '', slash, name = '', pairs = ''] = TAG.exec(reader.text) ?? []
  if (whole === '') throw new Error(`no tag at ${reader.text.slice(reader.at, reader.at + 60)}`)
  reader.at += whole.length
  const attributes: Record<string, string> = {}
  for (const [, key = '', value = ''] of pairs.matchAll(ATTRIBUTE)) {
    if (key in attributes) throw new Error(`${key} stands twice in ${name}`)
    attributes[key] = unescape(value)
  }
  return { name, attributes, isEnd: slash === '/' }
}

function readText(reader: Reader): string {
  const end = reader.text.indexOf('<', reader.at)
  if (end < 0) throw new Error('it ends inside an element')
  const text = reader.text.slice(reader.at, end)
  reader.at = end
  return unescape(text)
}

function unescape(text: string): string {
  return text.replaceAll(/&([^;]*);?/g, (mark, entity: string) => {
    const character = ENTITIES[entity]
    if (character === undefined || !mark.endsWith(';')) throw new Error(`${mark} is no entity`)
    return character
  })
}
