/**
 * `npm run bench -- invoice`: invoices per second, built and rendered as PDF in worker threads as a
 * bill run does it, for accounts of 1, 50 and 500 subscriptions; processor time for each (which a busy machine blurs less than the
 * clock); and the time of one alone.
 */
import { availableParallelism } from 'node:os'
import { buildInvoice } from '../src/invoicing/build/build-invoice.ts'
import { inventedRequest } from '../test/doubles/invented-request.ts'
import { createPdfRenderer } from '../src/invoicing/documents/pdf/pdf-renderer.ts'
import { renderInvoicePdf } from '../src/invoicing/documents/pdf/render-invoice-pdf.ts'
import { median, report } from './report.ts'

const SIZES = [
  { subscriptionsCount: 1, invoicesCount: 40 },
  { subscriptionsCount: 50, invoicesCount: 20 },
  { subscriptionsCount: 500, invoicesCount: 6 },
] as const
const RUNS = 3
/** Many enough that the renderer starts its threads. */
const MANY = 1_000

export async function bench(): Promise<void> {
  const threadsCount = availableParallelism()
  await using renderer = createPdfRenderer(MANY, threadsCount)
  for (const { subscriptionsCount, invoicesCount } of SIZES) {
    const request = inventedRequest({ subscriptionsCount })
    const numbered = (index: number) => ({
      ...buildInvoice(request),
      number: `2026-${String(index).padStart(8, '0')}`,
    })
    await Promise.all(
      Array.from({ length: threadsCount * 2 }, (_, n) => renderer.render(numbered(n))),
    )
    const rates: number[] = []
    const alone: number[] = []
    const processorMs: number[] = []
    for (let run = 0; run < RUNS; run++) {
      const startedMs = performance.now()
      const before = process.cpuUsage()
      await Promise.all(
        Array.from({ length: invoicesCount }, (_, index) => renderer.render(numbered(index))),
      )
      rates.push((invoicesCount * 1000) / (performance.now() - startedMs))
      const { user, system } = process.cpuUsage(before) // Of all threads.
      processorMs.push((user + system) / 1000 / invoicesCount)
      await renderInvoicePdf(numbered(1)) // Loads the library the first time.
      const oneMs = performance.now()
      await renderInvoicePdf(numbered(1))
      alone.push(performance.now() - oneMs)
    }
    const size = `${subscriptionsCount}_subscriptions`
    report('invoice', `invoices_per_second_${size}`, median(rates), 'invoices/s')
    report('invoice', `processor_per_invoice_${size}`, median(processorMs), 'ms')
    report('invoice', `one_invoice_pdf_${size}`, median(alone), 'ms')
  }
}
