/** Localisation of the tests: English, with its placeholders filled in. */
export const plainL10n = {
  t: (text: string, ...args: (string | number)[]) =>
    text.replaceAll(/\{(\d+)\}/g, (_all, index: string) => String(args[Number(index)])),
}
