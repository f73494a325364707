/**
 * Renders invoices as PDF: in this thread where there are few, in worker threads where there are
 * many. The bytes are the same.
 */
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { TikError } from '../../../core/failures/errors.ts'
import type { Invoice } from '../../invoice-model.ts'
import type { PdfOrder } from './pdf-worker.ts'

/** `.ts` in a clone, `.js` in a package. */
const BUILT_ENDING = extname(import.meta.filename)

export interface PdfRenderer extends AsyncDisposable {
  /** How many invoices it works on at once; more wait. */
  readonly atOnce: number
  render(invoice: Invoice): Promise<Uint8Array>
}

/** Loading the library costs a thread as much as this many invoices. */
const IN_THREAD_MAX = 8
/** Of a thread, in megabytes: without a limit its garbage waits until there are some 500. */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 512 }
/** One of 4,000 needs 350 megabytes: what is larger is rendered in this thread, which has no limit of ours. */
const SUBSCRIPTIONS_IN_THREAD_MAX = 3_000
/** One processor bills meanwhile, which takes longer; more threads do not help: a page is all processor time. */
const WORKERS_MAX = 8

export function createPdfRenderer(expectedCount: number, processorsCount: number): PdfRenderer {
  if (expectedCount <= IN_THREAD_MAX) return inThisThread()
  return inWorkers(Math.min(WORKERS_MAX, Math.max(1, processorsCount - 1)))
}

function inThisThread(): PdfRenderer {
  return {
    atOnce: 1,
    render: renderHere,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

async function renderHere(invoice: Invoice): Promise<Uint8Array> {
  const { renderInvoicePdf } = await import('./render-invoice-pdf.ts') // Loads a large library.
  return renderInvoicePdf(invoice)
}

const answer = z.object({
  id: z.int(),
  pdf: z.instanceof(Uint8Array).optional(),
  error: z.string().optional(),
})

interface Waiting {
  readonly resolve: (pdf: Uint8Array) => void
  readonly reject: (error: unknown) => void
}

function inWorkers(workersCount: number): PdfRenderer {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  const failAll = (error: unknown): void => {
    for (const each of waiting.values()) each.reject(error)
    waiting.clear()
  }
  const workers = Array.from({ length: workersCount }, () => {
    const worker = new Worker(new URL(`./pdf-worker${BUILT_ENDING}`, import.meta.url), {
      resourceLimits: THREAD_LIMITS,
    })
    worker.on('error', failAll)
    worker.on('messageerror', failAll)
    worker.on('message', (message: unknown) => {
      const { id, pdf, error } = answer.parse(message)
      const asker = waiting.get(id)
      waiting.delete(id)
      if (pdf === undefined) asker?.reject(new TikError('invoice_invalid', `PDF: ${error ?? '?'}`))
      else asker?.resolve(pdf)
    })
    return worker
  })
  return {
    // One that is drawn and one that waits: what is drawn is written meanwhile.
    atOnce: workersCount * 2,
    render: (invoice) =>
      invoice.specification.length > SUBSCRIPTIONS_IN_THREAD_MAX
        ? renderHere(invoice)
        : new Promise((resolve, reject) => {
            const id = (lastId += 1)
            waiting.set(id, { resolve, reject })
            // A text goes to a thread at a third of what a copy of the model costs.
            const order: PdfOrder = { id, model: JSON.stringify(invoice) }
            workers[id % workersCount]?.postMessage(order, [])
          }),
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}
