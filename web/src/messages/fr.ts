// SPDX-License-Identifier: Apache-2.0
// messages/fr.ts - French as written in Switzerland: formal, guillemets without inner spaces.

import type { Messages } from './en';
import { pair } from './tools';

/** In French zero and one are singular. */
const plural = (n: number, one: string, many: string) => `${n} ${n < 2 ? one : many}`;

export const messages: Messages = {
  app: {
    skip: 'Aller au contenu',
    language: 'Langue',
    navigation: 'Navigation principale',
    lines: 'Raccordements',
    log: 'Journal de sécurité',
    signOut: 'Se déconnecter',
    signedInAs: (login) => `Connecté en tant que ${login}`,
  },
  common: {
    yes: 'oui',
    notYet: 'pas encore',
    loading: 'Chargement …',
    retry: 'Réessayer',
    cancel: 'Annuler',
    copy: 'Copier',
    copied: 'Copié',
    copyFailed: 'Veuillez copier à la main',
    dismiss: 'Fermer',
    more: 'Afficher les précédents',
    stale: 'La mise à jour a échoué; ces informations sont peut-être anciennes.',
    notFound: 'Cette page n’existe pas',
    notFoundText: 'L’adresse est peut-être mal écrite ou n’est plus valable.',
    toLines: 'Vers vos raccordements',
    sessionEnded:
      'Votre session est terminée. Ce qui est affiché ici reste visible jusqu’à ce que vous quittiez la page; ensuite, vous vous reconnecterez.',
  },
  time: {
    today: 'Aujourd’hui',
    yesterday: 'Hier',
    todayAt: (hour) => `aujourd’hui, ${hour}`,
    yesterdayAt: (hour) => `hier, ${hour}`,
    seconds: (n) => plural(n, 'seconde', 'secondes'),
    minutes: (n) => plural(n, 'minute', 'minutes'),
  },
  errors: {
    network: 'Le serveur n’est pas joignable. Veuillez vérifier votre connexion.',
    wrong_login: 'L’identifiant ou le mot de passe est incorrect.',
    too_many_attempts: (wait) => `Trop de tentatives. Veuillez patienter ${wait}.`,
    wrong_code: (left) =>
      left === undefined
        ? 'Ce code est incorrect.'
        : left === 1
          ? 'Ce code est incorrect. Il vous reste un essai.'
          : `Ce code est incorrect. Il vous reste ${left} essais.`,
    code_expired: 'Ce code a expiré. Veuillez en demander un nouveau.',
    code_locked: 'Trop de codes incorrects. Veuillez recommencer.',
    unreachable: 'Ownline n’est pas joignable',
    unknown: 'Cela n’a pas fonctionné. Veuillez réessayer plus tard.',
    codes: {
      action_unknown: 'Ce code concerne autre chose. Veuillez en demander un nouveau.',
      bad_field: 'Veuillez vérifier vos indications.',
      bad_target:
        'Le renvoi vers ce numéro n’est pas possible. Veuillez indiquer un numéro complet; les numéros d’urgence et les numéros courts ne conviennent pas.',
      busy: 'Le serveur est occupé. Veuillez réessayer dans un instant.',
      consent_old: 'Les conditions ont changé. Veuillez les relire.',
      consent_required: 'Veuillez d’abord lire et confirmer les conditions.',
      core_away: 'Le service n’est pas disponible pour le moment. Veuillez réessayer dans un instant.',
      line_ended: 'Ce raccordement a pris fin.',
      line_frozen: 'Ce raccordement est suspendu.',
      no_mobile:
        'Nous n’avons pas de numéro de mobile auquel envoyer un code. Veuillez contacter le service clientèle.',
      not_allowed: 'Vous n’y êtes pas autorisé.',
      not_eligible: 'Ce raccordement n’admet pas vos propres appareils.',
      not_found: 'Cet élément n’existe pas ou plus.',
      revoked: 'Cet appareil est déjà révoqué.',
      sms_failed: 'Le SMS n’a pas pu être envoyé. Veuillez réessayer dans un instant.',
      step_up_required: 'Un code est nécessaire. Veuillez en demander un nouveau.',
      storage_failed: 'L’enregistrement a échoué. Veuillez réessayer dans un instant.',
      too_many_credentials:
        'Ce raccordement a autant d’appareils que possible. Veuillez d’abord en révoquer un.',
    },
  },
  signIn: {
    title: 'Se connecter',
    headline: 'Votre numéro fixe, sur vos propres appareils',
    points: [
      pair(
        'Sonne là où vous êtes',
        'FRITZ!Box, téléphone IP ou application: votre numéro vous suit.',
      ),
      pair(
        'Un accès par appareil',
        'Chacun a ses propres données, affichées une seule fois et à vous seul.',
      ),
      pair('Un clic, et c’est fini', 'Appareil perdu? Révoquez-le comme une carte bancaire.'),
    ],
    login: 'Identifiant',
    password: 'Mot de passe',
    show: 'Afficher le mot de passe',
    submit: 'Continuer',
    next: 'Nous vous enverrons ensuite un code sur votre téléphone mobile.',
    help: 'Pas encore d’identifiant, ou mot de passe oublié? Le service clientèle vous aide.',
    signedOut: 'Vous êtes déconnecté.',
    expired: 'Votre session est terminée. Veuillez vous reconnecter.',
  },
  code: {
    title: 'Saisir le code',
    sent: (mobile) => `Nous vous avons envoyé un code par SMS au ${mobile}.`,
    sentSomewhere: 'Nous vous avons envoyé un code par SMS sur votre téléphone mobile.',
    label: 'Code',
    submit: 'Confirmer',
    resend: 'Envoyer un nouveau code',
    resendIn: (wait) => `Nouveau code possible dans ${wait}`,
    resent: 'Un nouveau code est en route. Les précédents ne sont plus valables.',
    never: 'Ne transmettez jamais ce code. Personne de chez nous ne vous le demandera.',
    startOver: 'Recommencer',
  },
  lines: {
    title: 'Vos raccordements',
    intro: 'Choisissez le numéro que vous souhaitez utiliser sur votre propre appareil.',
    empty: 'Aucun raccordement pour l’instant',
    emptyText: 'Dès qu’un numéro fixe fait partie de votre contrat, il apparaît ici.',
    search: 'Chercher un numéro ou un produit',
    noMatch: 'Aucun raccordement ne correspond.',
    devices: (n) => plural(n, 'appareil', 'appareils'),
    noDevices: 'Aucun appareil',
    online: (n) => `${n} en ligne`,
    frozen: 'Suspendu',
    notEligible: 'Non disponible',
    reasons: {
      product_never: () => 'Ce produit ne prévoit pas vos propres appareils.',
      product_not_yet: (from) =>
        from ? `Possible avec ce produit dès le ${from}.` : 'Pas encore possible avec ce produit.',
      line_ended: () => 'Ce raccordement a pris fin.',
      line_not_started: (from) =>
        from ? `Ce raccordement débute le ${from}.` : 'Ce raccordement n’a pas encore débuté.',
      segment_not_covered: () =>
        'Avec ce produit, vos propres appareils ne sont pas prévus pour votre type de clientèle.',
    },
    notPossible: 'Vos propres appareils ne sont pas possibles sur ce raccordement.',
  },
  consent: {
    title: 'Avant votre premier appareil',
    titleAgain: 'Conditions et portée',
    intro: 'Veuillez prendre deux minutes. Ces points vous évitent de mauvaises surprises.',
    reach: 'Jusqu’où les appels peuvent-ils aller?',
    reachHint:
      'Plus le choix est étroit, moins un accès volé peut vous coûter. Vous pouvez le modifier à tout moment; les appels d’urgence passent toujours.',
    reaches: {
      home: pair('En Suisse', 'Avec le Liechtenstein'),
      europe: pair('En Europe', 'Suisse et toute l’Europe'),
      world: pair('Dans le monde entier', 'Tous les pays, même les plus chers'),
    },
    recommended: 'Convient au plus grand nombre',
    confirmations: 'Veuillez confirmer expressément',
    confirmEmergency:
      'J’ai compris que les appels d’urgence ne sont acheminés que pour l’adresse principale de mon contrat et qu’ailleurs je dois utiliser un autre moyen pour les appels d’urgence.',
    confirmCosts:
      'Je supporte les coûts de tous les appels effectués avec mes données d’accès et je les protège comme une carte bancaire.',
    confirmSupport:
      'Je sais qu’il n’y a pas d’assistance pour les appareils de tiers et que je les configure sous ma propre responsabilité.',
    submit: 'Confirmer et continuer',
    save: 'Confirmer',
    missing: 'Veuillez cocher toutes les cases. Sans cela, nous ne pouvons pas créer d’accès.',
    version: (version) => `Version ${version}`,
    given: (when, login) => `Confirmé le ${when} par ${login}`,
    change: 'Lire ou modifier',
    needed: 'Pas encore confirmé',
    neededText:
      'Avant le premier appareil, veuillez lire et confirmer les conditions: coûts, appels d’urgence, assistance.',
    read: 'Lire et confirmer',
  },
  line: {
    back: 'Tous les raccordements',
    tabs: 'Ce raccordement',
    devices: 'Appareils',
    calls: 'Appels',
    forwarding: 'Renvoi',
    missing: 'Ce raccordement n’est pas le vôtre',
    missingText:
      'Vous êtes peut-être connecté avec un autre identifiant, ou le raccordement a pris fin.',
    frozen: 'Ce raccordement est suspendu',
    frozenText:
      'Ses appareils ne permettent que les appels d’urgence. Veuillez contacter le service clientèle.',
    reachOf: { home: 'Appels: Suisse uniquement', europe: 'Appels: Europe', world: 'Appels: monde entier' },
  },
  forwarding: {
    intro: 'Les appels vers ce numéro peuvent être renvoyés vers un autre, par exemple votre mobile.',
    cases: {
      always: pair('Toujours', 'Tous les appels sont renvoyés aussitôt, vos appareils ne sonnent pas.'),
      busy: pair('Si occupé', 'Lorsqu’un appareil signale que vous êtes en ligne.'),
      no_answer: pair('Sans réponse', 'Vos appareils sonnent d’abord.'),
      unreachable: pair('Si aucun appareil n’est joignable', 'Lorsqu’aucun n’est enregistré ou ne répond.'),
    },
    nowhere: 'Aucun renvoi',
    after: 'Durée de la sonnerie avant le renvoi',
    seconds: (n: number) => `${n} secondes`,
    costs:
      'Vous payez la suite comme un appel de ce raccordement. Un numéro à l’étranger ou à tarif propre exige un code.',
    save: 'Enregistrer',
    saved: 'Enregistré. Valable dès maintenant.',
    approveTitle: 'Confirmer ce renvoi',
    approveRead:
      'Le SMS doit indiquer ce raccordement et le numéro de renvoi. Sinon, n’entrez pas le code.',
  },
  devices: {
    title: 'Appareils',
    add: 'Ajouter un appareil',
    empty: 'Aucun appareil',
    emptyText:
      'Créez un accès distinct pour chaque appareil. Si l’un se perd, vous ne révoquez que celui-ci, et tous les autres continuent de sonner.',
    online: 'En ligne',
    offline: 'Non enregistré',
    frozen: 'Suspendu',
    never: 'Jamais enregistré',
    since: (when) => `depuis ${when}`,
    renews: (wait) => `encore valable ${wait}`,
    registeredFrom: 'Enregistré depuis',
    unknownAgent: 'Appareil inconnu',
    lastRegistered: 'Dernier enregistrement',
    lastCall: 'Dernier appel',
    neverCalled: 'Aucun',
    created: 'Créé',
    createdBy: (when, login) => `${when} par ${login}`,
    authName: 'Nom d’authentification',
    limits: 'Limites',
    limitNames: {
      spend_day: (value) => `dépenses ${value} par jour`,
      spend_month: (value) => `dépenses ${value} par mois`,
      calls: (value) => `${value} appels simultanés`,
    },
    liveCalls: (n) => plural(n, 'appel en cours', 'appels en cours'),
    freeze: 'Suspendre',
    freezing: 'Suspension …',
    unfreeze: 'Réactiver',
    revoke: 'Révoquer',
    frozenNote:
      'Appels d’urgence uniquement. L’accès subsiste et peut être réactivé à tout moment.',
    frozeDone: (label) => `«${label}» est suspendu. Seuls les appels d’urgence passent.`,
    unfrozeDone: (label) => `«${label}» fonctionne de nouveau.`,
    lost: 'Appareil perdu, ou quelque chose vous semble étrange? Suspendez-le d’abord; cela s’annule en un clic.',
  },
  revoke: {
    title: (label) => `Révoquer «${label}»?`,
    text: 'Ses données d’accès cessent de fonctionner immédiatement et pour toujours: les enregistrements prennent fin, les appels en cours sont coupés. Cela ne peut pas être annulé.',
    alternative:
      'Vous hésitez? Suspendez-le plutôt. L’effet est tout aussi rapide, et vous pouvez l’annuler.',
    callsNow: (n) =>
      n === 1
        ? 'Un appel est en cours; il sera coupé.'
        : `${n} appels sont en cours; ils seront coupés.`,
    confirm: 'Révoquer définitivement',
    freezeInstead: 'Suspendre seulement',
    revoking: 'Révocation …',
    done: (label) => `«${label}» est révoqué`,
    result: (bindings, calls, time) =>
      `Terminé: ${plural(bindings, 'enregistrement', 'enregistrements')} et ${plural(calls, 'appel', 'appels')}, en ${time}.`,
    pending: (n) =>
      `${plural(n, 'serveur n’a pas encore confirmé', 'serveurs n’ont pas encore confirmé')}.`,
  },
  add: {
    title: 'Ajouter un appareil',
    steps: ['Appareil', 'Code', 'Données'],
    what: 'Que souhaitez-vous raccorder?',
    label: 'Nom de l’appareil',
    labelHint: 'Pour le reconnaître plus tard, par exemple «Téléphone cuisine».',
    labelMissing: 'Veuillez donner un nom à l’appareil.',
    profiles: {
      fritzbox: pair('FRITZ!Box', 'Le routeur assure la téléphonie'),
      linphone: pair('Linphone', 'Application pour mobile et ordinateur'),
      zoiper: pair('Zoiper', 'Application pour mobile et ordinateur'),
      generic: pair('Téléphone IP', 'Téléphone de bureau ou sans fil'),
      baresip: pair('baresip', 'Ligne de commande, Linux'),
      other: pair('Autre chose', 'Central téléphonique, passerelle, autre application'),
    },
    suggestions: {
      fritzbox: 'FRITZ!Box',
      linphone: 'Linphone',
      zoiper: 'Zoiper',
      generic: 'Téléphone de bureau',
      baresip: 'baresip',
      other: '',
    },
    submit: 'Continuer',
    codeNote:
      'En de mauvaises mains, un accès coûte de l’argent bien réel. C’est pourquoi nous vous envoyons un code.',
    approveTitle: 'Confirmer l’appareil',
    approveAction: 'Le code n’est valable que pour ceci:',
    approveWhat: 'Nouvel accès',
    approveLine: 'Raccordement',
    approveDevice: 'Appareil',
    approveRead:
      'Le SMS doit mentionner le même numéro et le même appareil. Sinon, veuillez ne pas saisir le code.',
    valid: (wait) => `Encore valable ${wait}`,
    change: 'Modifier les indications',
  },
  reveal: {
    title: (label) => `Données pour «${label}»`,
    once: 'Visible seulement maintenant',
    onceText:
      'Plus tard, personne ne pourra retrouver ce mot de passe, pas même nous. Saisissez-le maintenant dans l’appareil. S’il se perd, créez simplement un nouvel accès.',
    account: 'Connexion de l’appareil',
    server: 'Serveur',
    names: {
      user_name: 'Nom d’utilisateur',
      auth_name: 'Nom d’authentification',
      password: 'Mot de passe',
      domain: 'Domaine (registrar)',
      proxy: 'Proxy sortant',
      port: 'Port',
      transport: 'Transport',
    },
    differs: 'Différent du nom d’utilisateur',
    authHelp:
      'Le nom d’utilisateur et le nom d’authentification sont différents. Le premier est votre numéro; avec le second, l’appareil s’identifie. Les appareils l’appellent aussi «Auth ID», «Authentication user» ou «Login». Si l’enregistrement échoue, vérifiez d’abord ce point.',
    inDevice: (device, field) => `Dans ${device}: «${field}»`,
    accountLine: 'Ligne pour le fichier «accounts»',
    qr: 'Code QR',
    qrText:
      'Transporte les mêmes données sur un autre écran. Il contient le mot de passe: ne laissez personne le photographier.',
    qrLabel: 'Code QR contenant les données',
    waiting: 'Nous attendons votre appareil …',
    waitingText: 'Dès qu’il s’enregistre, vous le voyez ici. Inutile de recharger la page.',
    stages: {
      reached: 'Votre appareil nous a atteints',
      signedIn: 'Authentifié',
      registered: 'Enregistré',
    },
    reachedText: (agent, source, transport) =>
      `${agent || 'Un appareil'}, depuis ${source} par ${transport}`,
    sentName: (name) => `Il a envoyé «${name}».`,
    testCall: 'Essayez: composez le *43 et vous vous entendez vous-même, gratuitement.',
    registered: 'Votre appareil est enregistré',
    registeredText: (agent, source) =>
      `${agent || 'Un appareil'} s’est connecté depuis ${source}. Les appels entrants y sonnent désormais.`,
    refused: 'Un appareil a été refusé',
    refusals: {
      unknown_auth_name:
        'L’appareil a envoyé un nom d’authentification inconnu ici. Copiez le nom d’authentification ci-dessus.',
      user_name_sent:
        'L’appareil a envoyé votre numéro de téléphone à la place du nom d’authentification. Les deux sont différents: saisissez le nom d’authentification.',
      wrong_password:
        'L’appareil a envoyé le bon nom d’authentification, mais un mot de passe incorrect.',
      too_many_wrong:
        'L’appareil a envoyé si souvent un mot de passe incorrect qu’il doit attendre un moment.',
      wrong_domain:
        'L’appareil a envoyé le bon nom d’authentification, mais un autre domaine après le @.',
      no_hash:
        'Cet accès provient d’un ancien système et ne convient pas à l’appareil. Créez-en un nouveau.',
      vault_mismatch:
        'Cet accès ne correspond plus à son enregistrement. Créez-en un nouveau et avertissez le service clients.',
      revoked: 'L’appareil utilise encore un accès révoqué. Supprimez-le sur l’appareil.',
      line_ended: 'L’appareil utilise encore un raccordement résilié.',
      tls_required: 'L’appareil se connecte sans chiffrement. Choisissez TLS comme transport.',
      not_your_line: 'L’appareil veut enregistrer un autre numéro. Vérifiez le nom d’utilisateur.',
      foreign_domain: 'L’appareil demande un autre domaine. Vérifiez le domaine SIP (registrar).',
      bad_contact: 'L’appareil donne une adresse à laquelle il n’est pas joignable.',
      too_many_contacts:
        'Trop d’appareils utilisent cet accès en même temps. Créez-en un pour chaque appareil.',
      frozen: 'L’appareil est suspendu: seuls les appels d’urgence passent.',
      line_frozen: 'Le raccordement est suspendu: seuls les appels d’urgence passent.',
      out_of_reach: 'L’appel allait plus loin que ce que vous avez choisi pour ce raccordement.',
      no_price: 'Il n’y a pas de prix pour cette destination, elle ne peut pas être appelée.',
      forwarding_code:
        'L’appareil a composé un code de renvoi d’appel. Réglez le renvoi ici, dans le portail.',
      caller_id_code:
        'L’appareil a composé *31# ou #31# sans numéro. Composez le numéro juste après: le code vaut pour un appel.',
      unknown_code:
        'L’appareil a composé un code avec * ou # qui n’existe pas ici.',
      codec_not_allowed:
        'L’appareil ne propose aucun codec autorisé. Activez G.711 (PCMA) ou G.722.',
      media_not_possible: 'L’appareil propose le son sous une forme impossible ici.',
      bad_sdp: 'L’appareil a envoyé une description du son illisible.',
      wrong_realm:
        'L’appareil a répondu pour un autre service. Vérifiez le domaine SIP (registrar).',
      wrong_algorithm:
        'L’appareil s’est authentifié d’une manière qui n’était pas demandée. Mettez son logiciel à jour.',
      wrong_qop:
        'L’appareil demande une protection qui n’est pas proposée. Désactivez-la dans ses réglages.',
      uri_mismatch:
        'L’appareil a signé une autre adresse que celle demandée. Désactivez «SIP ALG» dans votre routeur.',
      malformed:
        'L’appareil a envoyé une authentification illisible. Mettez son logiciel à jour.',
      bad_contact_star: 'L’appareil s’est désenregistré d’une manière incorrecte.',
      interval_too_brief:
        'L’appareil demande un enregistrement trop court. Choisissez une durée plus longue, par exemple 600 secondes.',
      out_of_order:
        'L’appareil a envoyé une demande plus ancienne après une plus récente. Il réessaie de lui-même.',
      call_id_too_long:
        'L’appareil a envoyé un identifiant d’appel trop long. Mettez son logiciel à jour.',
      stopped: 'L’appel a été terminé parce que son accès a été arrêté.',
      bad_refer: 'Le transfert n’indique aucune destination, ou plusieurs.',
      transfer_no_call: 'Seul un appel peut être transféré.',
      transfer_not_there: 'Les appels ne sont pas transférés vers cette destination.',
      no_such_number: 'Ce numéro n’existe pas.',
      bad_multipart: 'L’appareil a envoyé un appel dont les parties sont illisibles.',
      body_too_large: 'L’appareil a envoyé un appel trop volumineux.',
      unsupported_body: 'L’appareil a envoyé un appel sous une forme inconnue.',
      media_full: 'Il n’y a plus de place pour un appel en ce moment. Réessayez bientôt.',
      journal_away:
        'Les appels ne peuvent pas être comptabilisés en ce moment. Réessayez bientôt.',
      trunk_away:
        'Il n’y a pas d’accès au réseau téléphonique en ce moment. Réessayez bientôt.',
    },
    nothing: 'Rien ne se passe?',
    checks: [
      'Le nom d’authentification est-il dans son propre champ, et non votre numéro?',
      'Le mot de passe est-il copié en entier, avec 24 caractères et sans espaces?',
      'Le transport et le port correspondent-ils à ce qui est écrit ici?',
      '«SIP ALG» ou «SIP Helper» sont-ils désactivés dans votre routeur?',
    ],
    done: 'J’ai tout saisi',
    leaveTitle: 'Quitter sans le mot de passe?',
    leaveText:
      'Ensuite, le mot de passe ne pourra plus être affiché. Si vous ne l’avez pas encore saisi, restez ici.',
    stay: 'Rester ici',
    leave: 'Quitter',
  },
  calls: {
    live: 'En cours',
    empty: 'Aucun appel',
    emptyText: 'Les appels de ce raccordement apparaissent ici avec leur coût, dès qu’ils prennent fin.',
    duration: 'Durée',
    out: 'Appel sortant',
    in: 'Appel entrant',
    ringing: 'Sonne …',
    withheld: 'Numéro masqué',
    unanswered: 'Sans réponse',
    free: 'gratuit',
    classes: {
      fixed: 'Réseau fixe',
      mobile: 'Réseau mobile',
      corporate: 'Numéro d’entreprise',
      freephone: 'Numéro gratuit',
      shared_cost: 'Coûts partagés',
      personal: 'Numéro personnel',
      premium: 'Service à valeur ajoutée',
      voicemail: 'Messagerie vocale',
      emergency: 'Appel d’urgence',
      helpline: 'Service d’aide',
      directory: 'Renseignements',
      onnet: 'Interne au réseau',
      inland: 'Suisse et Liechtenstein',
      paging: 'Radiomessagerie',
      international: 'Étranger',
      satellite: 'Satellite',
      echo: 'Test d’écho',
    },
    causes: {
      revoked: 'Coupé: appareil révoqué',
      frozen: 'Coupé: appareil suspendu',
      new_secret: 'Coupé: nouveau mot de passe',
      limit: 'Coupé: limite atteinte',
      max_duration: 'Coupé: durée maximale atteinte',
      media_silence: 'Coupé: long silence des deux côtés',
      session_expired: 'Coupé: un appareil ne répond plus',
      media_timeout: 'Coupé: plus de son',
      crash: 'Interrompu par une panne de notre côté',
      busy: 'Occupé',
      no_answer: 'Sans réponse',
      cancelled: 'Raccroché avant la réponse',
      rejected: 'Refusé',
      unreachable: 'Non joignable',
      shutdown: 'Coupé: maintenance de notre côté',
    },
  },
  log: {
    title: 'Journal de sécurité',
    intro:
      'Ce qui s’est passé avec votre accès. Si vous ne reconnaissez pas un événement, suspendez l’appareil.',
    empty: 'Rien ne s’est encore passé',
    emptyText: 'Les connexions, les codes et les modifications d’appareils apparaissent ici.',
    from: (source) => `depuis ${source}`,
    kinds: {
      session_opened: 'Connexion au portail',
      session_closed: 'Déconnexion du portail',
      wrong_password: 'Tentative avec un mot de passe incorrect',
      wrong_code: 'Code incorrect saisi',
      code_locked: 'Codes bloqués après trop d’essais',
      code_sent: 'Code envoyé par SMS',
      credential_created: 'Appareil ajouté',
      credential_frozen: 'Appareil suspendu',
      credential_unfrozen: 'Appareil réactivé',
      credential_revoked: 'Appareil révoqué',
      credential_rotated: 'Données d’accès de l’appareil renouvelées',
      forwarding_changed: 'Renvoi modifié',
      line_frozen: 'Raccordement suspendu',
      line_unfrozen: 'Raccordement réactivé',
      line_ended: 'Raccordement terminé',
      consent_recorded: 'Conditions confirmées',
      registered: 'Appareil enregistré',
      unregistered: 'Appareil déconnecté',
      auth_failed: 'Appareil refusé: données d’accès incorrectes',
      device_refused: 'Appareil refusé',
      call_refused: 'Appel refusé',
      limit_reached: 'Limite atteinte',
    },
  },
};
