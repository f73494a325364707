/** The confirmation that a block was requested: one mail for each registered user. */
import { createHash } from 'node:crypto'
import type { Directory, User } from '../../core/accounts/accounts.ts'
import { subscriptionName } from './alert-item.ts'
import { sentence } from './alert-letter.ts'
import { ALERT_TEXTS } from './alert-texts.ts'
import { letterFormat, type LetterFormat } from '../../mail/letter-format.ts'
import type { OutgoingMail } from '../../mail/outgoing-mail.ts'
import { mailFrom } from '../../mail/mail-sender.ts'
import type { Letter } from '../../mail/letter.ts'
import { letterMail } from '../../mail/letter-mail.ts'
import type { BlockRequest } from '../request-blocks.ts'

export interface BlockMailContext {
  readonly directory: Directory
  readonly nowMs: number
  /** Fee in micros by subscription; absent = none. */
  readonly feeOf: ReadonlyMap<string, number>
}

/** Subscriptions that one mail names; a block of more says how many there are. */
const SECTIONS_MAX = 50

export function blockMails(
  requests: readonly BlockRequest[],
  context: BlockMailContext,
): OutgoingMail[] {
  const byAccount = Map.groupBy(requests, ({ crossing }) => crossing.accountId)
  return context.directory.users
    .filter(({ registrations }) => registrations.includes('sim-block'))
    .flatMap((user) => {
      const own = byAccount.get(user.accountId)
      return own === undefined ? [] : [blockMail(user, own, context)]
    })
}

function blockMail(
  user: User,
  requests: readonly BlockRequest[],
  context: BlockMailContext,
): OutgoingMail {
  const { directory, nowMs } = context
  const account = directory.accounts.get(user.accountId)
  if (account === undefined) throw new RangeError(`user ${user.userId} has no account`)
  const partner = directory.partners.get(account.partnerId)
  const format = letterFormat({ ...account, language: user.language })
  const letter = blockLetter(user, requests, {
    ...context,
    format,
    partnerName: partner?.party.legalName ?? '',
    accountName: account.party.legalName,
  })
  const ids = requests.flatMap(({ targets }) => targets.map(({ requestId }) => requestId))
  const hash = createHash('sha256').update(`${user.userId}\n${ids.join('\n')}`)
  const mailId = hash.digest('hex').slice(0, 32)
  return {
    mailId,
    ...mailFrom(partner, mailId),
    kind: 'sim-block',
    ...letterMail(letter, user),
    attachments: [],
    createdMs: nowMs,
  }
}

function blockLetter(
  user: User,
  requests: readonly BlockRequest[],
  context: BlockMailContext & {
    format: LetterFormat
    partnerName: string
    accountName: string
  },
): Letter {
  const { format, nowMs, feeOf, partnerName, accountName } = context
  const texts = ALERT_TEXTS[user.language]
  const { simBlock } = texts
  const blocks = requests.flatMap(({ service, targets }) =>
    targets.map(({ subscription }) => {
      const { subscriptionId } = subscription
      const { number, label } = subscriptionName(subscription, nowMs, subscriptionId)
      return { subscriptionId, service, name: label === '' ? number : `${number} (${label})` }
    }),
  )
  const [first] = blocks
  const scope =
    first === undefined || blocks.length > 1
      ? `${accountName} (${format.count(blocks.length)}×)`
      : first.name
  const service = simBlock.services[first?.service ?? 'sim']
  return {
    tag: format.tag,
    subject: simBlock.subject(scope),
    greeting: texts.greeting(user.name),
    intro: simBlock.intro({ scope, service }),
    sections: blocks.slice(0, SECTIONS_MAX).map((block) => {
      const fee = feeOf.get(block.subscriptionId)
      const charged = fee === undefined ? '' : simBlock.fee(format.quantity(fee, 'money'))
      return {
        title: simBlock.subject(block.name),
        percent: undefined,
        rows: [
          { label: texts.labels.whose, value: block.name },
          { label: texts.labels.at, value: format.moment(nowMs) },
          ...(charged === '' ? [] : [{ label: texts.labels.next, value: charged }]),
          { label: texts.labels.change, value: sentence(simBlock.undo(partnerName)) },
        ],
      }
    }),
    footer: simBlock.footer({ partner: partnerName, account: accountName }),
  }
}
