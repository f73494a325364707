/** What every mail has, whatever it is about, before it becomes text or HTML (render-letter.ts). */
export interface Letter {
  /** BCP 47 tag of the language. */
  readonly tag: string
  readonly subject: string
  readonly greeting: string
  readonly intro: string
  readonly sections: readonly LetterSection[]
  /** Present when there is more than can be told in full. */
  readonly list?: LetterList | undefined
  readonly footer: string
}

export interface LetterSection {
  readonly title: string
  /** 0-100 and more: how far the bar goes; undefined = no bar. */
  readonly percent: number | undefined
  readonly rows: readonly { readonly label: string; readonly value: string }[]
}

export interface LetterList {
  readonly countsTitle: string
  readonly counts: readonly string[]
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly more: string
}
