/** Every kind of job that the door takes and runs. A kind is a file here and its line in this list. */
import type { AnyJobKind } from '../../app/jobs/job-kind.ts'
import { bill, checkBilling } from './bill.ts'
import { giveUpCalls } from './give-up-calls.ts'
import { exportByMail } from './export-by-mail.ts'
import { priceTrial } from './price-trial.ts'
import { remind, sendMails } from './mails.ts'
import { replay } from './replay.ts'
import { rerate } from './rerate.ts'
import { takeIn } from './take-in.ts'
import { verify } from './verify.ts'

export const JOB_KINDS: readonly AnyJobKind[] = [
  checkBilling,
  bill,
  rerate,
  replay,
  takeIn,
  giveUpCalls,
  verify,
  remind,
  sendMails,
  exportByMail,
  priceTrial,
]
