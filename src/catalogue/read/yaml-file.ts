/**
 * One YAML file of the catalogue with the line of each of its parts, so that a message about
 * `rates.voip-national.steps.1.price` can name the line that a person has to change.
 */
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import type { Document, YAMLError } from 'yaml'
import { TikError } from '../../core/failures/errors.ts'
import { yamlValue } from '../../core/text/yaml-value.ts'
import type { CatalogueProblem, Place } from './catalogue-problem.ts'

export interface YamlFile {
  /** Top-level keys in the order of the file, with what is under them; {} when it is unreadable. */
  readonly sections: Readonly<Record<string, unknown>>
  readonly problems: readonly CatalogueProblem[]
  /** Its structure could be read; if not, what its entries lack is the same mistake once more. */
  readonly isWhole: boolean
  /** The part at `path`; its `lineOf` takes paths below it. */
  placeOf(path: readonly (string | number)[]): Place
}

export function readYamlFile(file: string, text: string): YamlFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true, logLevel: 'error' })
  const lineAt = (offset: number) => lines.linePos(offset).line
  const problems = document.errors.map((error): CatalogueProblem => {
    return { severity: 'error', file, line: lineAt(error.pos[0]), message: sentence(error) }
  })
  // What can be read of a file with mistakes is read, so that references to it still hold.
  const content = contentOf(document, (message) =>
    problems.push({ severity: 'error', file, line: 1, message }),
  )
  if (!isRecord(content) && problems.length === 0) {
    const message = 'a catalogue file has sections such as "rates:" at its top level'
    problems.push({ severity: 'error', file, line: 1, message })
  }
  return {
    sections: isRecord(content) ? content : {},
    problems,
    isWhole: document.errors.every((error) => error.code === 'DUPLICATE_KEY'),
    placeOf: (path) => ({
      file,
      lineOf: (below) => lineAt(offsetOf(document, [...path, ...below])),
    }),
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function contentOf(document: Document, report: (message: string) => void): unknown {
  try {
    return yamlValue(document, 'not readable as YAML', 'catalogue_invalid') ?? {}
  } catch (error) {
    if (!(error instanceof TikError)) throw error
    report(error.message)
    return {}
  }
}

function sentence(error: YAMLError): string {
  if (error.code === 'DUPLICATE_KEY') return 'this name stands twice at the same place'
  const [first = ''] = error.message.split(/ at line \d+|\n/)
  return `not readable as YAML: ${first}`
}

/** Offset of the key at the path (of the item, in a list), or of the nearest part around it. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const key = path[length - 1]
    const parent = document.getIn(path.slice(0, length - 1), true)
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key)
      if (isNode(pair?.key)) return pair.key.range?.[0] ?? 0
    }
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node)) return node.range?.[0] ?? 0
  }
  return 0
}
