/** The invoice as a PDF, for people. */
import type { DocumentKind } from '../document-kinds.ts'

export const pdfFile: DocumentKind = {
  kind: 'pdf',
  ending: '.pdf',
  contentType: 'application/pdf',
  isMailed: true,
  async *content({ invoice }, { renderer }) {
    yield await renderer.render(invoice)
  },
  async *contentBefore({ invoice }) {
    const { renderByPdfmake } = await import('./render-by-pdfmake.ts') // A large library, for few.
    yield await renderByPdfmake(invoice)
  },
}
