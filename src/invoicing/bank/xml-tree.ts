/**
 * XML that came from outside as a tree of elements with texts. Namespaces are left out of the names; a
 * document type, and with it every entity of its own, is refused.
 */
import sax from 'sax'
import { TikError } from '../../core/failures/errors.ts'

export interface ReadElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** Without the blanks around it. */
  readonly text: string
  readonly children: readonly ReadElement[]
}

interface Draft {
  name: string
  attributes: Record<string, string>
  text: string
  children: Draft[]
}

export const XML_DEPTH_MAX = 64

/** Throws `file_unreadable`; `name` says which file. */
export function readXmlTree(name: string, document: string): ReadElement {
  const root: Draft = { name: '', attributes: {}, text: '', children: [] }
  const open: Draft[] = [root]
  const parser = new sax.SAXParser(true, { trim: false, normalize: false })
  const refuse = (why: string): never => {
    throw new TikError('file_unreadable', `${name}, line ${parser.line + 1}: ${why}`)
  }
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a parser is no event target
  parser.onerror = (error) => refuse(error.message.split('\n')[0] ?? 'it is no XML')
  parser.ondoctype = () => refuse('a document type is not allowed')
  parser.onopentag = ({ name: tag, attributes }) => {
    if (open.length > XML_DEPTH_MAX) refuse(`more than ${XML_DEPTH_MAX} elements within another`)
    const texts = Object.entries(attributes).map(([key, value]) => [localName(key), String(value)])
    const draft = {
      name: localName(tag),
      attributes: Object.fromEntries(texts),
      text: '',
      children: [],
    }
    open.at(-1)?.children.push(draft)
    open.push(draft)
  }
  const addText = (text: string): void => {
    const current = open.at(-1)
    if (current !== undefined) current.text += text
  }
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a parser is no event target
  parser.ontext = addText
  parser.oncdata = addText
  parser.onclosetag = () => {
    const closed = open.pop()
    if (closed !== undefined) closed.text = closed.text.trim()
  }
  parser.write(document.replace(/^\uFEFF/, '')).close()
  const [element] = root.children
  return element ?? refuse('there is no element')
}

/** The first element that the path of names leads to. */
export function elementAt(element: ReadElement, path: string): ReadElement | undefined {
  return elementsAt(element, path)[0]
}

/** All of them, in their order. */
export function elementsAt(element: ReadElement, path: string): ReadElement[] {
  return path
    .split('/')
    .reduce<ReadElement[]>(
      (found, name) =>
        found.flatMap(({ children }) => children.filter((child) => child.name === name)),
      [element],
    )
}

/** Text of the first one; '' where there is none. */
export function textAt(element: ReadElement, ...paths: readonly string[]): string {
  for (const path of paths) {
    const text = elementAt(element, path)?.text ?? ''
    if (text !== '') return text
  }
  return ''
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
