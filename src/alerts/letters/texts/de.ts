/** Limit mails in German. */
import type { AlertTexts } from '../alert-texts.ts'

export const de: AlertTexts = {
  group: (name) => `Gruppe ${name}`,
  services: { data: 'Daten', sms: 'SMS', voice: 'Anrufe' },
  title: ({ limit, reached }) => `${limit}: ${reached}`,
  reached: (percents) => `${percents.join(' und ')} erreicht`,
  subjectOne: ({ limit, percent, scope }) => `${limit}: ${percent} erreicht – ${scope}`,
  subjectMany: ({ count, account }) => `${count} Limits erreicht – ${account}`,
  greeting: (name) => `Guten Tag ${name},`,
  introNear: (account) => `Ein Limit von ${account} ist fast erreicht.`,
  introPart: (account) => `Ein Teil eines Limits von ${account} ist verbraucht.`,
  introOne: (account) => `Ein Limit von ${account} wurde erreicht.`,
  introMany: ({ account, count }) => `${count} Limits von ${account} wurden erreicht.`,
  labels: {
    whose: 'Für',
    crossedBy: 'Erreicht durch',
    used: 'Verbraucht',
    limit: 'Limit',
    period: 'Zeitraum',
    at: 'Zeitpunkt',
    next: 'Wie es weitergeht',
    change: 'Ändern',
  },
  next: {
    bundleNear: 'Noch ändert sich nichts. Was über das Paket hinausgeht, wird gesondert berechnet.',
    bundleFull:
      'Das Paket ist aufgebraucht. Weitere Nutzung liegt außerhalb und wird gesondert berechnet.',
    spendNear: 'Noch ändert sich nichts. Bei 100\u00a0% erhalten Sie eine weitere Nachricht.',
    spendReached:
      'Die Nutzung läuft normal weiter und wird berechnet. Dies ist nur eine Benachrichtigung.',
    blockRequested: 'Wir haben den Betreiber gebeten, die weitere Nutzung zu sperren.',
    again: (amount) =>
      `Bei jedem weiteren Verbrauch von ${amount} erhalten Sie eine neue Nachricht.`,
  },
  change: ({ isAlwaysOn, partner }) =>
    isAlwaysOn
      ? `Diese Warnung ist immer aktiv. Für ein größeres Paket wenden Sie sich an ${partner}.`
      : `Ändern Sie das Limit im Portal unter Einstellungen, Limits, oder fragen Sie ${partner}.`,
  more: (count) => `Und ${count} weitere. Die vollständige Liste ist angehängt.`,
  attachmentName: 'limits.csv',
  listTitle: 'Erreichte Limits',
  countsTitle: 'Anzahl je Art',
  footer: ({ partner, account }) =>
    `Diese Nachricht wurde automatisch von ${partner} versandt, weil Sie für ${account} ` +
    'zu Meldungen über hohe Nutzung angemeldet sind.',
  simBlock: {
    subject: (scope) => `Sperre beauftragt – ${scope}`,
    intro: ({ scope, service }) =>
      `Da ein Limit erreicht wurde, haben wir den Betreiber gebeten, ${service} ` +
      `für ${scope} zu sperren.`,
    services: { sim: 'die SIM-Karte', data: 'mobile Daten', 'roaming-data': 'Datenroaming' },
    fee: (amount) => `Dafür werden einmalig ${amount} (ohne MwSt.) berechnet.`,
    undo: (partner) => `Um die Sperre aufzuheben, wenden Sie sich bitte an ${partner}.`,
    footer: ({ partner, account }) =>
      `Diese Nachricht wurde automatisch von ${partner} versandt, weil Sie für ${account} ` +
      'zu Bestätigungen von Sperren angemeldet sind.',
  },
}
