/** One thread of pdf-renderer.ts: invoices in, PDF bytes out. */
import { parentPort } from 'node:worker_threads'
import type { Invoice } from '../../invoice-model.ts'
import { renderInvoicePdf } from './render-invoice-pdf.ts'

export interface PdfOrder {
  readonly id: number
  readonly invoice: Invoice
}

parentPort?.on('message', (order: PdfOrder) => void answer(order))

async function answer({ id, invoice }: PdfOrder): Promise<void> {
  try {
    const pdf = new Uint8Array(await renderInvoicePdf(invoice)) // Own memory: handed over whole.
    parentPort?.postMessage({ id, pdf }, [pdf.buffer])
  } catch (error) {
    parentPort?.postMessage({ id, error: String(error) }, [])
  }
}
