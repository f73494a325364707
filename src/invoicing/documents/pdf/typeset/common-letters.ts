/** What stands on papers of Western Europe. The order is that of the glyphs in our files: it must not change. */

export const COMMON_LETTERS: readonly string[] = Array.from(
  ' !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~' +
    '\u00a0€·–’ÀÁÂÄÇÈÉÊËÍÎÏÓÔÖÙÚÛÜßàáâäçèéêëíîïñóôöùúûü',
)
/** Amounts; of the font of titles a paper needs few letters more. */
export const MONEY_LETTERS: readonly string[] = Array.from(' €\u00a0,.-–0123456789')
