/** Limit mails in English. */
import type { AlertTexts } from '../alert-texts.ts'

export const en: AlertTexts = {
  group: (name) => `Group ${name}`,
  services: { data: 'data', sms: 'SMS', voice: 'calls' },
  title: ({ limit, reached }) => `${limit}: ${reached}`,
  reached: (percents) => `${percents.join(' and ')} reached`,
  subjectOne: ({ limit, percent, scope }) => `${limit}: ${percent} reached – ${scope}`,
  subjectMany: ({ count, account }) => `${count} limits reached – ${account}`,
  greeting: (name) => `Dear ${name},`,
  introNear: (account) => `A limit of ${account} has almost been reached.`,
  introPart: (account) => `Part of a limit of ${account} has been used.`,
  introOne: (account) => `A limit of ${account} has been reached.`,
  introMany: ({ account, count }) => `${count} limits of ${account} have been reached.`,
  labels: {
    whose: 'For',
    crossedBy: 'Reached by',
    used: 'Used',
    limit: 'Limit',
    period: 'Billing period',
    at: 'When',
    next: 'What happens next',
    change: 'To change it',
  },
  next: {
    bundleNear: 'Nothing changes yet. Usage above the bundle is charged separately.',
    bundleFull: 'The bundle is used up. Further usage is outside of it and is charged separately.',
    spendNear: 'Nothing changes yet. You will hear from us again at 100%.',
    spendReached: 'Usage goes on as usual and is charged. This is a message only.',
    blockRequested: 'We have asked the operator to block further usage.',
    again: (amount) => `You will hear from us again at each next ${amount}.`,
  },
  change: ({ isAlwaysOn, partner }) =>
    isAlwaysOn
      ? `This warning is always on. For a larger bundle please contact ${partner}.`
      : `Change the limit in the portal under Settings, Limits, or ask ${partner}.`,
  more: (count) => `And ${count} more. The complete list is attached.`,
  attachmentName: 'limits.csv',
  listTitle: 'Limits reached',
  countsTitle: 'Number of each kind',
  footer: ({ partner, account }) =>
    `This mail was sent automatically by ${partner}, because you are registered for messages ` +
    `about high usage of ${account}.`,
  simBlock: {
    subject: (scope) => `Block requested – ${scope}`,
    intro: ({ scope, service }) =>
      `Because a limit was reached we have asked the operator to block ${service} for ${scope}.`,
    services: { sim: 'the SIM', data: 'mobile data', 'roaming-data': 'data roaming' },
    fee: (amount) => `There is a one-off charge of ${amount} (excluding VAT) for this.`,
    undo: (partner) => `To have the block lifted, please contact ${partner}.`,
    footer: ({ partner, account }) =>
      `This mail was sent automatically by ${partner}, because you are registered for ` +
      `confirmations of blocks of ${account}.`,
  },
}
