/** One thread of pdf-renderer.ts: invoices in, PDF bytes out. */
import { parentPort } from 'node:worker_threads'
import type { Invoice } from '../../invoice-model.ts'
import { renderInvoicePdf } from './render-invoice-pdf.ts'

export interface PdfOrder {
  readonly id: number
  /** An invoice as it is stored. */
  readonly model: string
}

parentPort?.on('message', (order: PdfOrder) => void answer(order))

async function answer({ id, model }: PdfOrder): Promise<void> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by pdf-renderer.ts
    const invoice = JSON.parse(model) as Invoice
    const pdf = new Uint8Array(await renderInvoicePdf(invoice)) // Own memory: handed over whole.
    parentPort?.postMessage({ id, pdf }, [pdf.buffer])
  } catch (error) {
    parentPort?.postMessage({ id, error: String(error) }, [])
  }
}
