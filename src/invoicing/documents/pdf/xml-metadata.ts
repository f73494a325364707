/**
 * pdfkit 0.19 writes title and names into the metadata of a PDF/A as they are: a company called "Jansen & Zonen"
 * made it no XML, and the file no PDF/A. Here they are escaped on their way, and only there.
 */
import { createRequire } from 'node:module'

type Info = Readonly<Record<string, unknown>>

/** Its method that writes title and names. */
const ADD_INFO = '_addInfo'

interface MetadataWriter {
  info: Info
  [ADD_INFO]: (this: MetadataWriter) => void
}

const require = createRequire(import.meta.url)
/** The very pdfkit that pdfmake loads. */
const pdfkit: { readonly prototype: MetadataWriter } = createRequire(require.resolve('pdfmake'))(
  'pdfkit',
)

let isEscaped = false

/** For all files of this thread. */
export function escapeMetadata(): void {
  if (isEscaped) return
  isEscaped = true
  const { prototype } = pdfkit
  const addInfo = prototype[ADD_INFO]
  prototype[ADD_INFO] = function escaping(this: MetadataWriter) {
    const { info } = this
    this.info = escaped(info)
    try {
      addInfo.call(this)
    } finally {
      this.info = info
    }
  }
}

function escaped(info: Info): Info {
  return Object.fromEntries(
    Object.entries(info).map(([key, value]) => [key, value instanceof Date ? value : xml(value)]),
  )
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** pdfkit makes its texts objects before. */
function xml(value: unknown): unknown {
  if (Object.prototype.toString.call(value) !== '[object String]') return value
  return String(value).replaceAll(/[&<>]/g, (mark) => ENTITIES[mark] ?? mark)
}
