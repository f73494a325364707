/** The mail that says that a question was answered, in the language of who asked. */
import { createHash } from 'node:crypto'
import type { Directory, Language, User } from '../../core/accounts/accounts.ts'
import { letterFormat } from '../../mail/letter-format.ts'
import { mailFrom } from '../../mail/mail-sender.ts'
import type { OutgoingMail } from '../../mail/outgoing-mail.ts'
import { renderHtml, renderText } from '../../mail/render-letter.ts'
import type { Question, QuestionMessage } from '../../questions/question-rows.ts'

export interface GivenAnswer {
  readonly question: Question
  readonly message: Omit<QuestionMessage, 'messageId'>
  readonly siteUrl: string
}

export function answerMail(
  user: User,
  directory: Directory,
  { question, message, siteUrl }: GivenAnswer,
): OutgoingMail {
  const { questionId, accountId } = question
  const account = directory.accounts.get(accountId)
  const partner = directory.partners.get(question.partnerId)
  const texts = TEXTS[user.language]
  const format = letterFormat({
    language: user.language,
    country: account?.country ?? 'NL',
    timeZone: account?.timeZone ?? 'Europe/Amsterdam',
  })
  const link = `${siteUrl}/accounts/${encodeURIComponent(accountId)}/questions/${questionId}`
  const letter = {
    tag: format.tag,
    subject: texts.subject(String(questionId)),
    greeting: texts.greeting(user.name),
    intro: texts.intro,
    sections: [
      {
        title: message.authorName,
        percent: undefined,
        rows: [
          { label: texts.asked, value: question.text },
          { label: texts.answer, value: message.text },
          { label: texts.link, value: link },
        ],
      },
    ],
    footer: texts.footer,
  }
  const hash = createHash('sha256').update(`question ${questionId} ${message.atMs} ${message.text}`)
  const mailId = hash.digest('hex').slice(0, 32)
  return {
    mailId,
    ...mailFrom(partner, mailId),
    kind: 'answer',
    accountId,
    userId: user.userId,
    recipient: { name: user.name, email: user.email },
    language: letter.tag,
    subject: letter.subject,
    text: renderText(letter),
    html: renderHtml(letter),
    attachments: [],
    createdMs: message.atMs,
  }
}

interface AnswerTexts {
  subject(number: string): string
  greeting(name: string): string
  readonly intro: string
  readonly asked: string
  readonly answer: string
  readonly link: string
  readonly footer: string
}

const TEXTS: Readonly<Record<Language, AnswerTexts>> = {
  nl: {
    subject: (number) => `Antwoord op uw vraag ${number}`,
    greeting: (name) => `Beste ${name},`,
    intro: 'U krijgt antwoord op uw vraag.',
    asked: 'Uw vraag',
    answer: 'Antwoord',
    link: 'Lezen en reageren',
    footer: 'U krijgt deze e-mail omdat u de vraag stelde. Reageren kan in het portaal.',
  },
  fr: {
    subject: (number) => `Réponse à votre question ${number}`,
    greeting: (name) => `Bonjour ${name},`,
    intro: 'Voici la réponse à votre question.',
    asked: 'Votre question',
    answer: 'Réponse',
    link: 'Lire et répondre',
    footer:
      'Vous recevez cet e-mail parce que vous avez posé la question. Répondez sur le portail.',
  },
  de: {
    subject: (number) => `Antwort auf Ihre Frage ${number}`,
    greeting: (name) => `Guten Tag ${name},`,
    intro: 'Sie erhalten eine Antwort auf Ihre Frage.',
    asked: 'Ihre Frage',
    answer: 'Antwort',
    link: 'Lesen und antworten',
    footer: 'Sie erhalten diese E-Mail, weil Sie gefragt haben. Antworten können Sie im Portal.',
  },
  en: {
    subject: (number) => `Answer to your question ${number}`,
    greeting: (name) => `Dear ${name},`,
    intro: 'Your question is answered.',
    asked: 'Your question',
    answer: 'Answer',
    link: 'Read and reply',
    footer: 'You get this mail because you asked. You can reply in the portal.',
  },
}
