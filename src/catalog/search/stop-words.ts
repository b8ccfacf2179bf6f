/**
 * Those of them that turn the meaning of a name into its opposite or another: among tools that are alike otherwise
 * they decide.
 */
export const TURNING_WORDS: ReadonlySet<string> = new Set(
  `above after all any before below between by down each every few from in into more most no not off on once one only
  other out over same to under until up with without`.split(/\s+/),
);

/**
 * Words that say nothing about which tool is meant: the grammar of a question, its politeness, and the verbs
 * nearly every tool and every request has (`get`, `find`, `show`, …).
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above after again all also am an and any anyone anything are as at available be because been before being
  below between both but by can cannot could d did do does doing done don down each either else etc every few find for
  from further get gets getting give gives given go going got had has have having he help her here hers him his how i
  if in into is it its itself just know let like ll look looking m make may me might more most must my myself need
  needs no nor not now of off on once one only or other our out over own please provide re s same see she should show
  so some something such t tell than that the their them then there these they this those through to too under until
  up us use used using ve very via want wants was way we were what when where whether which while who whom whose why
  will with within without would yes you your yours`.split(/\s+/),
);
