/** Why a usage costs what it does, in the languages of customers. Dutch is the list; the others have the same. */
import type { Language } from '../../../core/accounts/accounts.ts'

const nl = {
  inBundle: (bundle: string) => `Dit viel helemaal in de bundel ${bundle} en kost daarom niets.`,
  partly: (bundle: string, amount: string) =>
    `Een deel viel in de bundel ${bundle}; de rest kost ${amount}.`,
  charged: (amount: string) => `Hiervoor gold geen bundel: het kost ${amount}.`,
  free: 'Dit is gratis.',
  correction: 'Dit is een correctie van eerder verbruik.',
  settlement: 'Dit is de verrekening aan het eind van de periode.',
  bundle: (part: { quantity: string; bundle: string; used: string; of: string }) =>
    `${part.quantity} uit de bundel ${part.bundle}; daarvan was ${part.used} van ${part.of} al gebruikt.`,
  ofGroup: (name: string) => `${name} (groep)`,
  unlimited: 'onbeperkt',
  rest: (part: { outside: string; all: string }) =>
    `${part.outside} van ${part.all} viel buiten de bundel en wordt berekend.`,
  step: (part: { count: string; increment: string; price: string; per: string }) =>
    `${part.count} × ${part.increment}, tegen ${part.price} per ${part.per}.`,
  band: (name: string) => `Tarief ${name}.`,
  fee: (price: string) => `Starttarief: ${price}.`,
  minimum: (price: string) => `Minimaal ${price}.`,
  maximum: (price: string) => `Maximaal ${price}.`,
  session:
    'Dit is een deel van een langere sessie: die is als geheel berekend, min wat al berekend was.',
  information: (amount: string) => `Waarvan ${amount} voor de aanbieder van het nummer.`,
  paid: (part: { amount: string; bundle: string }) =>
    `${part.amount} is betaald uit het tegoed ${part.bundle}.`,
  total: (part: { before: string; after: string }) =>
    `In deze periode was er al ${part.before} verbruikt, hiermee ${part.after}.`,
  tier: (part: { quantity: string; price: string; per: string }) =>
    `${part.quantity} tegen ${part.price} per ${part.per}.`,
  charge: (amount: string) => `Samen, excl. btw: ${amount}.`,
  units: { second: 'seconde', minute: 'minuut', hour: 'uur', message: 'bericht', event: 'keer' },
}

const fr: typeof nl = {
  inBundle: (bundle) => `Entièrement compris dans le forfait ${bundle} : cela ne coûte donc rien.`,
  partly: (bundle, amount) =>
    `Une partie était dans le forfait ${bundle} ; le reste coûte ${amount}.`,
  charged: (amount) => `Aucun forfait ne s’appliquait : cela coûte ${amount}.`,
  free: 'C’est gratuit.',
  correction: 'Il s’agit d’une correction d’une consommation antérieure.',
  settlement: 'Il s’agit du décompte de fin de période.',
  bundle: ({ quantity, bundle, used, of }) =>
    `${quantity} pris dans le forfait ${bundle}, dont ${used} sur ${of} étaient déjà utilisés.`,
  ofGroup: (name) => `${name} (groupe)`,
  unlimited: 'illimité',
  rest: ({ outside, all }) => `${outside} sur ${all} étaient hors forfait et sont facturés.`,
  step: ({ count, increment, price, per }) => `${count} × ${increment}, à ${price} par ${per}.`,
  band: (name) => `Tarif ${name}.`,
  fee: (price) => `Frais de connexion : ${price}.`,
  minimum: (price) => `Au moins ${price}.`,
  maximum: (price) => `Au plus ${price}.`,
  session:
    'C’est une partie d’une session plus longue : elle est calculée comme un tout, moins ce qui était déjà facturé.',
  information: (amount) => `Dont ${amount} pour le fournisseur du numéro.`,
  paid: ({ amount, bundle }) => `${amount} payés avec le crédit ${bundle}.`,
  total: ({ before, after }) =>
    `Dans cette période, ${before} étaient déjà utilisés, ${after} avec ceci.`,
  tier: ({ quantity, price, per }) => `${quantity} à ${price} par ${per}.`,
  charge: (amount) => `Au total, hors TVA : ${amount}.`,
  units: { second: 'seconde', minute: 'minute', hour: 'heure', message: 'message', event: 'fois' },
}

const de: typeof nl = {
  inBundle: (bundle) => `Das lag ganz im Paket ${bundle} und kostet deshalb nichts.`,
  partly: (bundle, amount) => `Ein Teil lag im Paket ${bundle}; der Rest kostet ${amount}.`,
  charged: (amount) => `Dafür galt kein Paket: Es kostet ${amount}.`,
  free: 'Das ist kostenlos.',
  correction: 'Das ist eine Korrektur früherer Nutzung.',
  settlement: 'Das ist die Verrechnung am Ende des Zeitraums.',
  bundle: ({ quantity, bundle, used, of }) =>
    `${quantity} aus dem Paket ${bundle}, von dem ${used} von ${of} schon verbraucht waren.`,
  ofGroup: (name) => `${name} (Gruppe)`,
  unlimited: 'unbegrenzt',
  rest: ({ outside, all }) =>
    `${outside} von ${all} lagen außerhalb des Pakets und werden berechnet.`,
  step: ({ count, increment, price, per }) => `${count} × ${increment}, zu ${price} je ${per}.`,
  band: (name) => `Tarif ${name}.`,
  fee: (price) => `Verbindungsgebühr: ${price}.`,
  minimum: (price) => `Mindestens ${price}.`,
  maximum: (price) => `Höchstens ${price}.`,
  session:
    'Das ist ein Teil einer längeren Sitzung: Sie wird als Ganzes berechnet, abzüglich des schon Berechneten.',
  information: (amount) => `Davon ${amount} für den Anbieter der Nummer.`,
  paid: ({ amount, bundle }) => `${amount} aus dem Guthaben ${bundle} bezahlt.`,
  total: ({ before, after }) =>
    `In diesem Zeitraum waren schon ${before} verbraucht, hiermit ${after}.`,
  tier: ({ quantity, price, per }) => `${quantity} zu ${price} je ${per}.`,
  charge: (amount) => `Zusammen, ohne MwSt.: ${amount}.`,
  units: {
    second: 'Sekunde',
    minute: 'Minute',
    hour: 'Stunde',
    message: 'Nachricht',
    event: 'Mal',
  },
}

const en: typeof nl = {
  inBundle: (bundle) => `This was wholly within the bundle ${bundle}, so it costs nothing.`,
  partly: (bundle, amount) => `A part was within the bundle ${bundle}; the rest costs ${amount}.`,
  charged: (amount) => `No bundle held for this: it costs ${amount}.`,
  free: 'This is free.',
  correction: 'This corrects earlier usage.',
  settlement: 'This is the settlement at the end of the period.',
  bundle: ({ quantity, bundle, used, of }) =>
    `${quantity} from the bundle ${bundle}, of which ${used} of ${of} were used already.`,
  ofGroup: (name) => `${name} (group)`,
  unlimited: 'unlimited',
  rest: ({ outside, all }) => `${outside} of ${all} was outside the bundle and is charged.`,
  step: ({ count, increment, price, per }) => `${count} × ${increment}, at ${price} per ${per}.`,
  band: (name) => `Rate ${name}.`,
  fee: (price) => `Connection fee: ${price}.`,
  minimum: (price) => `At least ${price}.`,
  maximum: (price) => `At most ${price}.`,
  session:
    'This is a part of a longer session: it is priced as a whole, less what was charged before.',
  information: (amount) => `Of which ${amount} for the provider of the number.`,
  paid: ({ amount, bundle }) => `${amount} was paid from the credit ${bundle}.`,
  total: ({ before, after }) =>
    `In this period ${before} had been used already, ${after} with this.`,
  tier: ({ quantity, price, per }) => `${quantity} at ${price} per ${per}.`,
  charge: (amount) => `Together, ex VAT: ${amount}.`,
  units: { second: 'second', minute: 'minute', hour: 'hour', message: 'message', event: 'time' },
}

export type ExplanationTexts = typeof nl

export const EXPLANATION_TEXTS: Readonly<Record<Language, ExplanationTexts>> = { nl, fr, de, en }
