/** The words of reminders in the four languages: of each step, and of what stands below. */
import type { Language } from '../../core/accounts/accounts.ts'

export interface ReminderWords {
  readonly number: string
  readonly seller: string
  readonly due: string
  readonly open: string
}

interface ReminderTexts {
  /** First, second and last. */
  readonly subjects: readonly ((words: ReminderWords) => string)[]
  readonly texts: readonly ((words: ReminderWords) => string)[]
  readonly invoice: string
  readonly issued: string
  readonly due: string
  readonly total: string
  readonly paid: string
  readonly open: string
  readonly costs: string
  readonly account: string
  readonly mention: string
}

const TEXTS: Readonly<Record<Language, ReminderTexts>> = {
  nl: {
    subjects: [
      ({ number, seller }) => `Herinnering: factuur ${number} van ${seller}`,
      ({ number, seller }) => `Tweede herinnering: factuur ${number} van ${seller}`,
      ({ number, seller }) => `Laatste herinnering: factuur ${number} van ${seller}`,
    ],
    texts: [
      ({ number, due, open }) =>
        `Factuur ${number} verviel op ${due}; ${open} is nog niet ontvangen. Misschien is het u ontgaan. Wij verzoeken u het bedrag over te maken. Hebt u intussen betaald, dan kunt u dit bericht als niet verzonden beschouwen.`,
      ({ number, due, open }) =>
        `Wij herinnerden u eerder aan factuur ${number}, die op ${due} verviel. Er staat nog ${open} open. Wij verzoeken u dit bedrag nu over te maken, of ons te laten weten waarom u niet betaalt.`,
      ({ number, due, open }) =>
        `Ondanks eerdere herinneringen staat van factuur ${number}, vervallen op ${due}, nog ${open} open. Dit is onze laatste herinnering. Neem contact met ons op als u de factuur betwist of niet in één keer kunt betalen.`,
    ],
    invoice: 'Factuur',
    issued: 'Factuurdatum',
    due: 'Vervaldatum',
    total: 'Totaal incl. btw',
    paid: 'Al voldaan',
    open: 'Openstaand',
    costs: 'Kosten',
    account: 'Op rekening',
    mention: 'Onder vermelding van',
  },
  fr: {
    subjects: [
      ({ number, seller }) => `Rappel : facture ${number} de ${seller}`,
      ({ number, seller }) => `Deuxième rappel : facture ${number} de ${seller}`,
      ({ number, seller }) => `Dernier rappel : facture ${number} de ${seller}`,
    ],
    texts: [
      ({ number, due, open }) =>
        `La facture ${number} est échue depuis le ${due} ; nous n’avons pas encore reçu ${open}. Cela vous a peut-être échappé. Nous vous prions de verser ce montant. Si vous avez payé entre-temps, veuillez ne pas tenir compte de ce message.`,
      ({ number, due, open }) =>
        `Nous vous avons déjà rappelé la facture ${number}, échue le ${due}. Il reste ${open} à payer. Nous vous prions de verser ce montant maintenant ou de nous dire pourquoi vous ne payez pas.`,
      ({ number, due, open }) =>
        `Malgré nos rappels, il reste ${open} à payer de la facture ${number}, échue le ${due}. Ceci est notre dernier rappel. Contactez-nous si vous contestez la facture ou ne pouvez pas la payer en une fois.`,
    ],
    invoice: 'Facture',
    issued: 'Date de facture',
    due: 'Échéance',
    total: 'Total TVA comprise',
    paid: 'Déjà payé',
    open: 'Reste à payer',
    costs: 'Frais',
    account: 'Sur le compte',
    mention: 'Avec la mention',
  },
  de: {
    subjects: [
      ({ number, seller }) => `Zahlungserinnerung: Rechnung ${number} von ${seller}`,
      ({ number, seller }) => `Zweite Zahlungserinnerung: Rechnung ${number} von ${seller}`,
      ({ number, seller }) => `Letzte Zahlungserinnerung: Rechnung ${number} von ${seller}`,
    ],
    texts: [
      ({ number, due, open }) =>
        `Rechnung ${number} war am ${due} fällig; ${open} haben wir noch nicht erhalten. Vielleicht ist es Ihnen entgangen. Wir bitten Sie, den Betrag zu überweisen. Haben Sie inzwischen bezahlt, betrachten Sie diese Nachricht bitte als gegenstandslos.`,
      ({ number, due, open }) =>
        `Wir haben Sie bereits an Rechnung ${number} erinnert, die am ${due} fällig war. Es sind noch ${open} offen. Wir bitten Sie, diesen Betrag jetzt zu überweisen oder uns mitzuteilen, warum Sie nicht bezahlen.`,
      ({ number, due, open }) =>
        `Trotz unserer Erinnerungen sind von Rechnung ${number}, fällig am ${due}, noch ${open} offen. Dies ist unsere letzte Erinnerung. Melden Sie sich bitte, wenn Sie die Rechnung bestreiten oder nicht auf einmal bezahlen können.`,
    ],
    invoice: 'Rechnung',
    issued: 'Rechnungsdatum',
    due: 'Fällig am',
    total: 'Gesamtbetrag inkl. MwSt.',
    paid: 'Bereits bezahlt',
    open: 'Offen',
    costs: 'Kosten',
    account: 'Auf das Konto',
    mention: 'Verwendungszweck',
  },
  en: {
    subjects: [
      ({ number, seller }) => `Reminder: invoice ${number} from ${seller}`,
      ({ number, seller }) => `Second reminder: invoice ${number} from ${seller}`,
      ({ number, seller }) => `Final reminder: invoice ${number} from ${seller}`,
    ],
    texts: [
      ({ number, due, open }) =>
        `Invoice ${number} was due on ${due}; we have not yet received ${open}. It may have escaped your attention. Please transfer the amount. If you have paid in the meantime, please disregard this message.`,
      ({ number, due, open }) =>
        `We reminded you before of invoice ${number}, which was due on ${due}. There is still ${open} to be paid. Please transfer this amount now, or tell us why you do not pay.`,
      ({ number, due, open }) =>
        `Despite our reminders ${open} of invoice ${number}, due on ${due}, has not been paid. This is our final reminder. Please contact us if you dispute the invoice or cannot pay it at once.`,
    ],
    invoice: 'Invoice',
    issued: 'Invoice date',
    due: 'Due date',
    total: 'Total including VAT',
    paid: 'Paid already',
    open: 'Open',
    costs: 'Costs',
    account: 'To account',
    mention: 'With the reference',
  },
}

export function reminderTexts(language: Language): ReminderTexts {
  return TEXTS[language]
}
