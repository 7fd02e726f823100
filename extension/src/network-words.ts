import type { NetworkReason } from '@signet/core'
import type { Localise } from './localise.ts'

/** Why no answer came, and what to try: the second half of a sentence. */
export function networkWords(reason: NetworkReason, l10n: Localise): string {
  switch (reason) {
    case 'dns':
      return l10n.t('its name is not known. Check the address and your connection.')
    case 'refused':
      return l10n.t('nothing listens there. Check the address, or wait until it is back.')
    case 'reset':
      return l10n.t('the connection broke off. Try again.')
    case 'tls':
      return l10n.t(
        'its certificate is not trusted here. If your company uses its own, check “http.systemCertificates”.',
      )
    case 'timeout':
      return l10n.t('it takes too long to answer. Try again later.')
    case 'redirected':
      return l10n.t(
        'it redirects, which a sign-in does not follow. Use the address it redirects to.',
      )
    case 'unavailable':
      return l10n.t('it cannot answer right now. Try again later.')
    case 'network':
      return l10n.t('the network does not let it through. Check your connection and proxy.')
  }
}
