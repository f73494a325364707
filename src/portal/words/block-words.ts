/** SIMs: blocked or not, and what the operator is asked. */
import type { Language } from '../../core/accounts/accounts.ts'

const nl = {
  title: 'Blokkeren',
  states: {
    free: 'Niet geblokkeerd',
    'block-requested': 'Blokkade gevraagd',
    blocked: 'Geblokkeerd',
    'unblock-requested': 'Opheffen gevraagd',
  },
  since: (moment: string) => `sinds ${moment}`,
  causes: {
    limit: 'door een limiet',
    person: 'op verzoek',
    unpaid: 'wegens een open factuur',
    operator: 'door de operator',
  },
  by: (name: string) => `door ${name}`,
  unanswered: (minutes: string) =>
    `De operator heeft na ${minutes} minuten nog niet geantwoord. Bel uw aanbieder als het haast heeft.`,
  refused: (why: string) => `De operator heeft het laatste verzoek geweigerd${why}.`,
  block: 'Blokkeer deze simkaart',
  unblock: 'Hef de blokkade op',
  fee: (amount: string) =>
    `Blokkeren kost eenmalig ${amount} excl. btw; weigert de operator, dan vervalt dat. Met deze simkaart kan dan niemand meer bellen of internetten.`,
  noFee: 'Blokkeren kost niets. Met deze simkaart kan dan niemand meer bellen of internetten.',
  noFeeBack: 'Opheffen kost niets.',
  sureBlock: 'Ja, blokkeer',
  sureUnblock: 'Ja, hef op',
  asked: 'De operator is gevraagd. Wie daarvoor is aangemeld krijgt een mail zodra hij antwoordt.',
  history: 'Verzoeken aan de operator',
  what: 'Wat',
  acts: { block: 'blokkeren', unblock: 'opheffen' },
  when: 'Gevraagd',
  who: 'Door wie of waardoor',
  answer: 'Antwoord',
  answers: {
    requested: 'wacht op antwoord',
    confirmed: 'gedaan',
    refused: 'geweigerd',
    closed: 'van voor de antwoorden',
  },
}

const fr: typeof nl = {
  title: 'Bloquer',
  states: {
    free: 'Non bloquée',
    'block-requested': 'Blocage demandé',
    blocked: 'Bloquée',
    'unblock-requested': 'Déblocage demandé',
  },
  since: (moment) => `depuis ${moment}`,
  causes: {
    limit: 'par une limite',
    person: 'sur demande',
    unpaid: 'pour une facture impayée',
    operator: 'par l’opérateur',
  },
  by: (name) => `par ${name}`,
  unanswered: (minutes) =>
    `L’opérateur n’a pas répondu après ${minutes} minutes. Appelez votre fournisseur si c’est urgent.`,
  refused: (why) => `L’opérateur a refusé la dernière demande${why}.`,
  block: 'Bloquer cette carte SIM',
  unblock: 'Lever le blocage',
  fee: (amount) =>
    `Le blocage coûte ${amount} hors TVA, une fois ; si l’opérateur refuse, ces frais tombent. Plus personne ne peut alors appeler ni surfer avec cette carte.`,
  noFee: 'Le blocage est gratuit. Plus personne ne peut alors appeler ni surfer avec cette carte.',
  noFeeBack: 'Lever le blocage est gratuit.',
  sureBlock: 'Oui, bloquer',
  sureUnblock: 'Oui, lever',
  asked: 'La demande est faite à l’opérateur. Les inscrits reçoivent un e-mail dès sa réponse.',
  history: 'Demandes à l’opérateur',
  what: 'Quoi',
  acts: { block: 'bloquer', unblock: 'débloquer' },
  when: 'Demandé',
  who: 'Par qui ou pourquoi',
  answer: 'Réponse',
  answers: {
    requested: 'attend la réponse',
    confirmed: 'fait',
    refused: 'refusé',
    closed: 'd’avant les réponses',
  },
}

const de: typeof nl = {
  title: 'Sperren',
  states: {
    free: 'Nicht gesperrt',
    'block-requested': 'Sperre angefragt',
    blocked: 'Gesperrt',
    'unblock-requested': 'Entsperren angefragt',
  },
  since: (moment) => `seit ${moment}`,
  causes: {
    limit: 'durch ein Limit',
    person: 'auf Wunsch',
    unpaid: 'wegen einer offenen Rechnung',
    operator: 'durch den Betreiber',
  },
  by: (name) => `von ${name}`,
  unanswered: (minutes) =>
    `Der Betreiber hat nach ${minutes} Minuten noch nicht geantwortet. Rufen Sie Ihren Anbieter an, wenn es eilt.`,
  refused: (why) => `Der Betreiber hat die letzte Anfrage abgelehnt${why}.`,
  block: 'Diese SIM-Karte sperren',
  unblock: 'Sperre aufheben',
  fee: (amount) =>
    `Sperren kostet einmalig ${amount} ohne MwSt.; lehnt der Betreiber ab, entfällt das. Mit dieser SIM-Karte kann dann niemand mehr telefonieren oder surfen.`,
  noFee:
    'Sperren kostet nichts. Mit dieser SIM-Karte kann dann niemand mehr telefonieren oder surfen.',
  noFeeBack: 'Aufheben kostet nichts.',
  sureBlock: 'Ja, sperren',
  sureUnblock: 'Ja, aufheben',
  asked: 'Der Betreiber ist gefragt. Wer dafür angemeldet ist, erhält bei der Antwort eine E-Mail.',
  history: 'Anfragen an den Betreiber',
  what: 'Was',
  acts: { block: 'sperren', unblock: 'aufheben' },
  when: 'Angefragt',
  who: 'Von wem oder wodurch',
  answer: 'Antwort',
  answers: {
    requested: 'wartet auf Antwort',
    confirmed: 'erledigt',
    refused: 'abgelehnt',
    closed: 'aus der Zeit vor den Antworten',
  },
}

const en: typeof nl = {
  title: 'Block',
  states: {
    free: 'Not blocked',
    'block-requested': 'Block requested',
    blocked: 'Blocked',
    'unblock-requested': 'Unblock requested',
  },
  since: (moment) => `since ${moment}`,
  causes: {
    limit: 'by a limit',
    person: 'on request',
    unpaid: 'because of an open invoice',
    operator: 'by the operator',
  },
  by: (name) => `by ${name}`,
  unanswered: (minutes) =>
    `The operator has not answered after ${minutes} minutes. Call your provider if it is urgent.`,
  refused: (why) => `The operator refused the last request${why}.`,
  block: 'Block this SIM',
  unblock: 'Lift the block',
  fee: (amount) =>
    `Blocking costs ${amount} ex VAT, once; it falls away if the operator refuses. Nobody can call or use data with this SIM then.`,
  noFee: 'Blocking costs nothing. Nobody can call or use data with this SIM then.',
  noFeeBack: 'Lifting it costs nothing.',
  sureBlock: 'Yes, block it',
  sureUnblock: 'Yes, lift it',
  asked: 'The operator is asked. Whoever is registered for it gets a mail when it answers.',
  history: 'Requests to the operator',
  what: 'What',
  acts: { block: 'block', unblock: 'unblock' },
  when: 'Asked',
  who: 'By whom or what',
  answer: 'Answer',
  answers: {
    requested: 'waits for an answer',
    confirmed: 'done',
    refused: 'refused',
    closed: 'from before answers were kept',
  },
}

export const BLOCK_WORDS: Readonly<Record<Language, typeof nl>> = { nl, fr, de, en }
