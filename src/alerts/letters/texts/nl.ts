/** Limit mails in Dutch. */
import type { AlertTexts } from '../alert-texts.ts'

export const nl: AlertTexts = {
  group: (name) => `Groep ${name}`,
  services: { data: 'data', sms: 'sms', voice: 'bellen' },
  title: ({ limit, reached }) => `${limit}: ${reached}`,
  reached: (percents) => `${percents.join(' en ')} bereikt`,
  subjectOne: ({ limit, percent, scope }) => `${limit}: ${percent} bereikt – ${scope}`,
  subjectMany: ({ count, account }) => `${count} limieten bereikt – ${account}`,
  greeting: (name) => `Beste ${name},`,
  introNear: (account) => `Een limiet van ${account} is bijna bereikt.`,
  introPart: (account) => `Van een limiet van ${account} is een deel verbruikt.`,
  introOne: (account) => `Een limiet van ${account} is bereikt.`,
  introMany: ({ account, count }) => `Er zijn ${count} limieten van ${account} bereikt.`,
  labels: {
    whose: 'Voor',
    crossedBy: 'Bereikt door',
    used: 'Verbruikt',
    limit: 'Limiet',
    period: 'Factuurperiode',
    at: 'Moment',
    next: 'Wat gebeurt er nu',
    change: 'Wijzigen',
  },
  next: {
    bundleNear: 'Er verandert nog niets. Wat boven de bundel uitkomt, wordt apart berekend.',
    bundleFull: 'De bundel is op. Verder verbruik valt erbuiten en wordt apart berekend.',
    spendNear: 'Er verandert nog niets. Bij 100% krijgt u opnieuw bericht.',
    spendReached: 'Het verbruik gaat gewoon door en wordt berekend. Dit is alleen een melding.',
    blockRequested: 'Wij hebben de operator gevraagd om verder verbruik te blokkeren.',
    again: (amount) => `U krijgt opnieuw bericht bij elke volgende ${amount}.`,
  },
  change: ({ isAlwaysOn, partner }) =>
    isAlwaysOn
      ? `Deze waarschuwing staat altijd aan. Voor een grotere bundel kunt u terecht bij ${partner}.`
      : `Pas de limiet aan in het portaal onder Instellingen, Limieten, of vraag het ${partner}.`,
  more: (count) => `En nog ${count}. De volledige lijst staat in de bijlage.`,
  attachmentName: 'limieten.csv',
  listTitle: 'Bereikte limieten',
  countsTitle: 'Aantal per soort',
  footer: ({ partner, account }) =>
    `Deze mail is automatisch verstuurd door ${partner}, omdat u voor ${account} bent aangemeld ` +
    'voor meldingen over hoog verbruik.',
  simBlock: {
    subject: (scope) => `Blokkade aangevraagd – ${scope}`,
    intro: ({ scope, service }) =>
      `Omdat een limiet is bereikt, hebben wij de operator gevraagd om ${service} ` +
      `te blokkeren voor ${scope}.`,
    services: { sim: 'de simkaart', data: 'mobiele data', 'roaming-data': 'dataroaming' },
    fee: (amount) => `Hiervoor wordt eenmalig ${amount} (exclusief btw) in rekening gebracht.`,
    undo: (partner) => `Wilt u de blokkade laten opheffen? Neem dan contact op met ${partner}.`,
    footer: ({ partner, account }) =>
      `Deze mail is automatisch verstuurd door ${partner}, omdat u voor ${account} bent aangemeld ` +
      'voor bevestigingen van blokkades.',
  },
}
