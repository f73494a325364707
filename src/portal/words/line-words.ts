/** A line of an invoice down to what it is the sum of, and what a subscription is known by. */
import type { Language } from '../../core/accounts/accounts.ts'

const nl = {
  back: (number: string) => `Terug naar factuur ${number}`,
  exact: (amount: string) => `exact ${amount}`,
  rows: (count: string) => `${count} gesprekken en sessies`,
  fees: 'Waaruit deze regel bestaat',
  who: 'Aansluiting',
  days: 'Dagen',
  fee: 'Per hele periode €',
  takenBack: 'teruggenomen',
  more: 'Volgende',
  kinds: { number: 'Nummer', imsi: 'IMSI', iccid: 'Simkaart', trunk: 'Trunk' },
}

const fr: typeof nl = {
  back: (number) => `Retour à la facture ${number}`,
  exact: (amount) => `exactement ${amount}`,
  rows: (count) => `${count} appels et sessions`,
  fees: 'De quoi se compose cette ligne',
  who: 'Ligne',
  days: 'Jours',
  fee: 'Par période entière €',
  takenBack: 'repris',
  more: 'Suivants',
  kinds: { number: 'Numéro', imsi: 'IMSI', iccid: 'Carte SIM', trunk: 'Trunk' },
}

const de: typeof nl = {
  back: (number) => `Zurück zur Rechnung ${number}`,
  exact: (amount) => `genau ${amount}`,
  rows: (count) => `${count} Gespräche und Sitzungen`,
  fees: 'Woraus dieser Posten besteht',
  who: 'Anschluss',
  days: 'Tage',
  fee: 'Je ganzem Zeitraum €',
  takenBack: 'zurückgenommen',
  more: 'Weitere',
  kinds: { number: 'Nummer', imsi: 'IMSI', iccid: 'SIM-Karte', trunk: 'Trunk' },
}

const en: typeof nl = {
  back: (number) => `Back to invoice ${number}`,
  exact: (amount) => `exactly ${amount}`,
  rows: (count) => `${count} calls and sessions`,
  fees: 'What this line is made of',
  who: 'Subscription',
  days: 'Days',
  fee: 'For a whole period €',
  takenBack: 'taken back',
  more: 'Next',
  kinds: { number: 'Number', imsi: 'IMSI', iccid: 'SIM card', trunk: 'Trunk' },
}

export const LINE_WORDS: Readonly<Record<Language, typeof nl>> = { nl, fr, de, en }
