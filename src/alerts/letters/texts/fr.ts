/** Limit mails in French. */
import type { AlertTexts } from '../alert-texts.ts'

export const fr: AlertTexts = {
  group: (name) => `Groupe ${name}`,
  services: { data: 'les données', sms: 'les SMS', voice: 'les appels' },
  title: ({ limit, reached }) => `${limit}\u00a0: ${reached}`,
  reached: (percents) => `${percents.join(' et ')} atteints`,
  subjectOne: ({ limit, percent, scope }) => `${limit}\u00a0: ${percent} atteints – ${scope}`,
  subjectMany: ({ count, account }) => `${count} limites atteintes – ${account}`,
  greeting: (name) => `Bonjour ${name},`,
  introNear: (account) => `Une limite de ${account} est presque atteinte.`,
  introPart: (account) => `Une partie d’une limite de ${account} est consommée.`,
  introOne: (account) => `Une limite de ${account} est atteinte.`,
  introMany: ({ account, count }) => `${count} limites de ${account} sont atteintes.`,
  labels: {
    whose: 'Pour',
    crossedBy: 'Atteinte par',
    used: 'Consommé',
    limit: 'Limite',
    period: 'Période de facturation',
    at: 'Moment',
    next: 'Et maintenant',
    change: 'Modifier',
  },
  next: {
    bundleNear: 'Rien ne change pour l’instant. Ce qui dépasse le forfait est facturé séparément.',
    bundleFull:
      'Le forfait est épuisé. La consommation suivante est hors forfait et facturée séparément.',
    spendNear: 'Rien ne change pour l’instant. Vous recevrez un nouveau message à 100\u00a0%.',
    spendReached:
      'La consommation continue normalement et est facturée. Ceci n’est qu’un avertissement.',
    blockRequested: 'Nous avons demandé à l’opérateur de bloquer la consommation suivante.',
    again: (amount) => `Vous recevrez un nouveau message à chaque tranche suivante de ${amount}.`,
  },
  change: ({ isAlwaysOn, partner }) =>
    isAlwaysOn
      ? `Cet avertissement est toujours actif. Pour un forfait plus grand, adressez-vous à ${partner}.`
      : `Modifiez la limite dans le portail sous Paramètres, Limites, ou demandez-le à ${partner}.`,
  more: (count) => `Et ${count} autres. La liste complète se trouve en annexe.`,
  attachmentName: 'limites.csv',
  listTitle: 'Limites atteintes',
  countsTitle: 'Nombre par type',
  footer: ({ partner, account }) =>
    `Ce message a été envoyé automatiquement par ${partner}, car vous êtes inscrit pour ${account} ` +
    'aux messages de consommation élevée.',
  simBlock: {
    subject: (scope) => `Blocage demandé – ${scope}`,
    intro: ({ scope, service }) =>
      `Une limite étant atteinte, nous avons demandé à l’opérateur de bloquer ${service} ` +
      `pour ${scope}.`,
    services: {
      sim: 'la carte SIM',
      data: 'les données mobiles',
      'roaming-data': 'les données en itinérance',
    },
    fee: (amount) => `Des frais uniques de ${amount} (hors TVA) vous seront facturés.`,
    undo: (partner) => `Pour lever le blocage, veuillez contacter ${partner}.`,
    footer: ({ partner, account }) =>
      `Ce message a été envoyé automatiquement par ${partner}, car vous êtes inscrit pour ` +
      `${account} aux confirmations de blocage.`,
  },
}
