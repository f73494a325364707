/** The billing cycle of a month as steps that can be left and come back to: check, preview, finalise, sent. */
import { html } from 'hono/html'
import { bill, checkBilling } from '../../api/jobs/bill.ts'
import { sendMails } from '../../api/jobs/mails.ts'
import type { AnyJobKind } from '../../app/jobs/job-kind.ts'
import { askJob, stopJob } from '../../app/jobs/jobs-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import { microsFromDecimal } from '../../core/money/money.ts'
import type { Form, Html, OwnAsking, Page } from '../page.ts'
import { centsOf, HOME_TIME_ZONE, localMoment } from '../parts/figures.ts'
import { jobState } from '../parts/job-state.ts'
import { monthCorner, monthOf } from '../parts/month-corner.ts'
import { draftsPart, findingsPart, madePart } from '../parts/month-results.ts'
import {
  monthStepsOf,
  type BilledMonth,
  type MonthSteps,
  type MonthStep,
} from '../parts/month-steps.ts'
import { requireStaffOfOperator } from '../parts/staff.ts'

const PATH = '/month'

export const monthPage: Page = {
  about: 'own',
  path: PATH,
  right: 'operate',
  async show(asking) {
    requireStaffOfOperator(asking.caller)
    const month = monthOf(asking)
    const steps = await monthStepsOf(asking, month)
    return {
      title: asking.words.month.title,
      corner: monthCorner(asking, month),
      body: html`<ol class="cycle" ${steps.isRunning ? html`data-refresh` : ''}>
        ${checkStep(asking, month, steps)} ${previewStep(asking, month, steps)}
        ${finaliseStep(asking, month, steps)} ${sendStep(asking, month, steps)}
      </ol>`,
    }
  },
  async act(asking, form) {
    const month = monthOf(asking, form['period'])
    const goTo = `${PATH}?period=${month}`
    if (form['act'] === 'stop') {
      await asking.ask(stopJob, Number(form['job']))
      return { goTo, said: asking.words.jobs.stopping }
    }
    const [kind, wish] = askedJob(month, form)
    const checked = kind.wish.safeParse(wish)
    if (!checked.success) throw new TikError('usage_error', 'this is no finding of the check')
    await asking.ask(askJob, kind, checked.data)
    return { goTo, said: '' }
  },
}

function askedJob(period: string, form: Form): readonly [AnyJobKind, unknown] {
  switch (form['act']) {
    case 'check':
      return [checkBilling, { period }]
    case 'send':
      return [sendMails, {}]
    case 'finalise': {
      const accept = Object.keys(form).flatMap((name) =>
        name.startsWith('accept-') ? [name.slice('accept-'.length)] : [],
      )
      return [bill, { period, preview: false, accept }]
    }
    case 'preview':
      return [bill, { period, preview: true }]
    case undefined:
    default:
      throw new TikError('usage_error', 'a step is check, preview, finalise or send')
  }
}

function checkStep(asking: OwnAsking, month: string, { check }: MonthSteps): Html {
  const { words } = asking
  return step(asking, month, {
    name: words.month.check,
    step: check,
    note: words.month.checkNote,
    body: check.result === undefined ? '' : findingsPart(asking, check.result.findings),
    acts: html`<button name="act" value="check" class="${check.result ? 'plain' : ''}">
      ${check.result ? words.month.checkAgain : words.month.checkNow}
    </button>`,
  })
}

function previewStep(asking: OwnAsking, month: string, { preview }: MonthSteps): Html {
  const { words } = asking
  return step(asking, month, {
    name: words.month.preview,
    step: preview,
    note: words.month.previewNote,
    body: preview.result === undefined ? '' : draftsPart(asking, month, preview.result),
    acts: html`<button name="act" value="preview" class="${preview.result ? 'plain' : ''}">
      ${preview.result ? words.month.previewAgain : words.month.previewNow}
    </button>`,
  })
}

/** Errors stop a run: each that is accepted is ticked by name. What was stopped goes on where it was. */
function finaliseStep(asking: OwnAsking, month: string, steps: MonthSteps): Html {
  const { words, refused } = asking
  const { finalise, check, preview, invoices } = steps
  const codes = new Set([
    ...(check.result?.findings ?? []).flatMap(({ severity, code }) =>
      severity === 'error' ? [code] : [],
    ),
    ...(finalise.result?.stoppedBy ?? []),
  ])
  const isBegun = invoices.length > 0
  return step(asking, month, {
    name: words.month.finalise,
    step: finalise,
    note: words.month.finaliseNote,
    body: html`${madePart(asking, invoices, finalise.result)}
    ${finalise.state === 'done' || preview.result === undefined ? '' : cost(asking, preview.result)}`,
    acts: html`${[...codes].map(
        (code) =>
          html`<label class="tick"
            ><input
              type="checkbox"
              name="accept-${code}"
              ${refused?.[`accept-${code}`] === undefined ? '' : html`checked`}
            />${words.month.accept(code)}</label
          >`,
      )}
      <button name="act" value="finalise" class="${finalise.state === 'done' ? 'plain' : ''}">
        ${
          finalise.state === 'done'
            ? words.month.finaliseMore
            : isBegun
              ? words.month.finaliseOn
              : words.month.finaliseNow
        }
      </button>`,
  })
}

function cost({ words, format }: OwnAsking, { invoicesCount, gross }: BilledMonth): Html {
  const amount = format.amount(centsOf(microsFromDecimal(gross.amount)))
  return html`<p class="note">${words.month.finaliseCost(format.count(invoicesCount), amount)}</p>`
}

function sendStep(asking: OwnAsking, month: string, { send, invoices }: MonthSteps): Html {
  const { words, format } = asking
  const numbered = invoices.filter(({ number }) => number !== '')
  const sent = numbered.filter(({ sentMs }) => sentMs !== undefined)
  return step(asking, month, {
    name: words.month.send,
    step: send,
    note: words.month.sendNote,
    body:
      numbered.length === 0
        ? ''
        : html`<p>
            ${words.month.sentOf(format.count(sent.length), format.count(numbered.length))}
            <progress
              max="${numbered.length}"
              value="${sent.length}"
              aria-label="${words.month.send}"
            ></progress>
          </p>`,
    acts:
      numbered.length === 0 || send.state === 'done'
        ? ''
        : html`<button name="act" value="send" class="plain">${words.month.sendNow}</button>`,
  })
}

interface StepParts {
  readonly name: string
  readonly step: MonthStep<unknown>
  /** What it does, for who does it the first time. */
  readonly note: string
  readonly body: Html | ''
  readonly acts: Html | ''
}

function step(asking: OwnAsking, month: string, parts: StepParts): Html {
  const { words } = asking
  const { state, job, done } = parts.step
  const isRunning = state === 'running' && job !== undefined
  return html`<li class="${state}">
    <h2>
      ${parts.name} <em class="state">${words.month.states[state]}</em>
      ${done === undefined || isRunning ? '' : doneBy(asking, done, job?.jobId)}
    </h2>
    ${state === 'open' ? html`<p class="note">${parts.note}</p>` : ''}
    ${isRunning ? html`<p>${jobState(asking, job)}</p>` : ''}
    ${
      job?.error === undefined
        ? ''
        : html`<p class="said">${job.error.message} ${job.error.hint}</p>`
    }
    ${parts.body}
    <form method="post" class="row">
      <input type="hidden" name="period" value="${month}" />
      ${
        isRunning
          ? html`<input type="hidden" name="job" value="${job.jobId}" /><button
                name="act"
                value="stop"
                class="plain"
              >
                ${words.jobs.stop}
              </button>`
          : parts.acts
      }
    </form>
  </li>`
}

function doneBy(
  { words, format }: OwnAsking,
  { by, atMs }: { readonly by: string; readonly atMs: number },
  jobId: number | undefined,
): Html {
  const text = [by, localMoment(atMs, HOME_TIME_ZONE, format)]
    .filter((part) => part !== '')
    .join(', ')
  return html`<small
    >${text}
    ${jobId === undefined ? '' : html`<a class="act" href="/jobs/${jobId}">${words.jobs.job}</a>`}</small
  >`
}
