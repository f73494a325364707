/** The part of pdfkit that the typesetter uses: a file of numbered objects with pages; it has no types of its own. */
import { createRequire } from 'node:module'

export interface PdfObject {
  readonly id: number
  data: Record<string, unknown>
  write(chunk: string | Uint8Array): void
  end(): void
}

export interface PdfPage {
  readonly fonts: Record<string, PdfObject>
  readonly xobjects: Record<string, PdfObject>
  readonly ext_gstates: Record<string, PdfObject>
}

export interface PdfImage {
  readonly label: string
  readonly width: number
  readonly height: number
  readonly obj: PdfObject
  embed(file: PdfFile): void
}

/** What is written of it is read from it. */
export interface PdfFile extends AsyncIterable<Uint8Array> {
  readonly page: PdfPage
  ref(data?: Record<string, unknown>): PdfObject
  addPage(options: { size: [number, number]; margin: number }): void
  addContent(operators: string): void
  openImage(source: Uint8Array): PdfImage
  end(): void
}

const require = createRequire(import.meta.url)
/** The very pdfkit that pdfmake loads. */
const Pdf: new (options: Record<string, unknown>) => PdfFile = createRequire(
  require.resolve('pdfmake'),
)('pdfkit')

export function newPdfFile(options: Record<string, unknown>): PdfFile {
  return new Pdf(options)
}
