/** One thread of pdf-renderer.ts: invoices in, PDF bytes out. */
import { parentPort } from 'node:worker_threads'
import type { Invoice } from '../invoice-model.ts'
import { renderInvoicePdf } from './render-invoice-pdf.ts'

interface Order {
  readonly id: number
  readonly invoice: Invoice
}

parentPort?.on('message', (order: Order) => void answer(order))

async function answer({ id, invoice }: Order): Promise<void> {
  try {
    const pdf = new Uint8Array(await renderInvoicePdf(invoice)) // Own memory: handed over whole.
    parentPort?.postMessage({ id, pdf }, [pdf.buffer])
  } catch (error) {
    parentPort?.postMessage({ id, error: String(error) }, [])
  }
}
