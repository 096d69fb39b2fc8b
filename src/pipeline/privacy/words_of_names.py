"""Words by which a name is told from other words with a capital, French and English."""

from __future__ import annotations

FIRST_NAMES = frozenset(
    """
    abdel abdelkader abdou abel achille adam adama adel adèle adrian adrien adrienne agathe agnès ahmed aïcha aïda
    aidan aimée alain alan albane albert alberto aldo alec alejandro alessandro alex alexander alexandra alexandre
    alexia alexis alfred ali alice alicia aline alison alix allan alphonse amadou amanda amandine amélie amin amina
    amine amir amy ana anaëlle anaïs anastasia anatole andré andréa andrea andreas andrew andy angela angèle
    angélique angie anita ann anna annabelle anne annette annick annie anthony antoine antoinette antonin antonio
    antony anya apolline ariane arianna arlette armand armelle arnaud arthur ashley assia astrid aubin audrey
    auguste augustin aurélia aurélie aurélien axel aya ayoub aziz baptiste barbara barry bastien béatrice beatrice
    ben benjamin benoît bérénice bernadette bernard bertrand beth betty bilal billy bob boris boubacar brad brandon
    brenda brendan brian brice brigitte bruce bruno bryan caleb camélia cameron camilla camille capucine carine carl
    carla carlos carole carolina caroline caroll cassandra catherine cathy cécile cecilia cédric célestin célestine
    célia céline chantal charlène charles charlie charline charlotte chelsea cheikh chloé chloe chris christelle
    christiane christina christine christophe christopher christy cindy claire clara clarisse claude claudette
    claudia claudine clémence clémentine cléo clotilde colette colin colleen connor coralie corentin corinne craig
    cynthia cyprien cyril cyrille damien dan daniel danièle danielle danny daphné darren dave david dean debbie
    deborah delphine denis denise derek diana diane didier dimitri dominique donald dorian doris dorothée dorothy
    douglas duncan dylan ebony eddie eddy edgar édith édouard edmond eduardo edward edwige eileen elaine eléa
    éléonore elena éliane élias élie éliott elisa élisabeth elisabeth élise elizabeth ella ellen elliot élodie éloi
    éloïse elsa emily émeline émile émilie émilien emma emmanuel emmanuelle enzo éric eric erica erik erika ernest
    erwan estelle esteban esther ethan étienne eugène eugénie eva evan évelyne ewen fabien fabienne fabio fabrice
    faisal farid fatima fatiha fatou fatoumata félicie félix ferdinand fernand fernando fiona firmin flavie fleur
    flora florence florent florian florine francis francisco franck françois françoise frédéric frédérique freddy
    gabin gabriel gabrielle gaël gaëlle gaëtan gareth gary gaspard gaston gauthier gavin geneviève geoffrey geoffroy
    george georges georgette georgia georgina gérald geraldine géraldine gérard germaine ghislaine gilbert gilles
    gina ginette giovanni gisèle giulia gloria gordon grégoire grégory greg guillaume gustave guy gwenaëlle habib
    hakim halima hamid hamza hannah harold harriet harry hassan hatem hayley heather hector helen helena hélène
    héloïse henri henriette henry hervé hilary hippolyte honoré hubert hugo hugues huguette ian ibrahim ibrahima
    idriss ignace igor imane inès ingrid irène irene isaac isabella isabelle isaure ismaël ivan jackie jacob
    jacqueline jacques jade jake jalil jamal james jamie jan jana jane janet janice janine jared jasmine jason
    javier jawad jean jeanine jeanne jeannine jeff jeffrey jennifer jenny jérémie jérémy jeremy jérôme jerome jerry
    jesse jessica jill jim jimmy joachim joan joanna joanne joaquim joe joël joelle joëlle joey johan johanna john
    johnny jon jonas jonathan jordan jorge josé joseph joséphine josette josh joshua josiane joy joyce juan judith
    jules julia julian juliana julie julien julienne juliette justin justine kaïs kamel kamila karen karim karima
    karine karl kate katherine kathleen kathryn kathy katie katy keith kelly ken kenneth kenny kenza kerry kévin
    kevin khadija khadidja khaled kim kimberly kirsty kofi kristen kristin kyle kylian laetitia laëtitia laila
    lambert lamine lara larry laura laure laurence laurent laurène lauren laurie lawrence léa leah leila leïla léna
    lena léo leo léon leonard léonie leslie lewis liam lila lilian liliane lilly lily lina linda lindsay lionel lisa
    lise lisette liz logan loïc lola lorena lorenzo lorraine lou louane louis louisa louise luc luca lucas lucie
    lucien lucienne lucile lucy ludivine ludovic luis luke luna lydia lydie lynn lysa maddie madeleine madison mady
    maëlle maël maëlys magali maggie mahmoud malcolm malik malika mamadou manon manuel manuela marc marcel marcelle
    marco marcus margaret margaux margot maria mariam mariama marianne marie marielle marilyn marin marina marine
    mario marion marjorie marlène martha martial martin martine marvin mary maryam maryline maryse mateo mathéo
    mathias mathieu mathilde mathis matilda matt matteo matthew matthias matthieu maurice maxence maxime mégane
    megan mehdi mel mélanie melanie mélina mélissa melissa mélodie mercedes mériem meriem mia michaël michael michel
    michèle michelle mickaël miguel mike milan mila milena mimoun mina miranda miriam mohamed mohammed moïse molly
    mona monica monique morgan morgane moussa mouna mourad mustapha muriel myriam nabil nadège nadia nadine naïma
    nancy naomi narcisse nasser natacha natalia natalie nathalie nathan nathanaël neil nelly nelson nicholas nick
    nicola nicolas nicole nigel nina nino noa noah noé noelle noémi noémie nolan nora norah norbert nordine norman
    nour océane octave odette odile olga oliver olivia omar ophélie oriane oscar oumar ousmane owen pablo paloma
    pamela pascal pascale pascaline patricia patrice patrick paul paula paulette paulin pauline paulo pedro peggy
    pénélope perrine peter philip philippe phoebe phil pierrette pierrick pierre-louis pierre-yves priscilla priya
    rachel rachid rachida rafael ralph ramzi randy raoul raphaël raphaëlle rashid raymond raymonde rayan rebecca
    régine régis réjane rémi rémy renaud rené renée reynald ricardo richard rita robert roberta robin rodolphe
    rodrigue roger roland romain romane roméo ron ronald ronnie rosa rosalie rosemary ross roxane roy russell ruth
    ryan sabine sabrina sacha saïd said salim sally salma salomé sam samantha samia samir samira samuel sandra
    sandrine sarah sarra saskia scott sean sébastien séverine selim selma serge sergio séraphin shannon sharon shaun
    sheila shirley sidonie siméon simon simone sofia sofiane solange solène sonia sophia sophie soraya souad stacey
    stanislas stella stéphane stéphanie stephanie stephen steve steven stuart sue suzanne suzie sven sybille sylvain
    sylvaine sylviane sylvie tamara tanguy tania tanya tara tarek tariq tatiana ted teddy térence teresa terry thaïs
    théa théo théodore theo thérèse theresa thibault thibaut thierry thomas tiffany tilly tim timéo timothée timothy
    tina titouan tobias toby todd tom tommy tony tracey tracy trevor tristan tyler ugo ulysse urbain ursula
    valentine valérie vanessa vera vernon véronique vianney vicky victor victoria vincent viola violaine violette
    virginie vivian viviane vivien vladimir walid walter wanda warren wassim wayne wendy wesley wilfried william
    willy xavier yacine yann yannick yannis yasmina yasmine yassine yohan yolande youcef younes youssef yusuf yves
    yvette yvon yvonne zachary zahra zara zineb zoé zoe zohra
    """.split()
)
# First names that are words, too: only with another name after them.
ALSO_WORDS = frozenset(
    """
    claire fleur jade joy lily marin martin sue dean guy jean robin rosemary violette victor olive pierre rose grace
    mark will may jack bill hope faith frank grant max art rich rob drew pat dawn eve june april summer crystal ruby
    amber ginger ivy holly daisy penny sandy lance miles chase carter mason hunter ray dale glen cliff don gene
    christian olivier valentin clément blanche iris ambre aurore france victoire constant marguerite luna mercedes
    paris charlotte madeleine
    """.split()
)
# After one of these, a capital names a thing: the sofa Oscar, the street Victor Hugo.
NAMES_OF_THINGS = frozenset(
    """
    canapé canapés lampe lampes table tables chaise chaises fauteuil fauteuils lit lits tapis parfum modèle modèles
    collection gamme ligne série référence coloris couleur taille étagère armoire commode bureau vase bougie housse
    coussin meuble produit article rue avenue boulevard bd place quai cours chemin allée impasse square pont gare
    station stade lycée école collège hôpital clinique saint sainte st ste magasin boutique enseigne marque société
    groupe model models range sofa sofas lamp lamps chair chairs bed beds rug table colour color size street road
    lane store shop brand
    """.split()
)
ARTICLES_OF_THINGS = frozenset(["le", "la", "les", "l'", "l’", "un", "une", "the", "a", "an"])
# Words with a capital that begin a sentence, or address nobody in particular.
NOBODY = frozenset(
    """
    client cliente clients clientes customer customers team équipe equipe service services support madame monsieur
    mesdames messieurs mademoiselle sir sirs madam all tous toutes there everyone everybody bonjour bonsoir hello
    merci thanks thank je j' j’ai j'ai mon ma mes notre nous vous votre vos le la les l' un une des il elle on ce
    cette ces c'est c’est ça pour suite après depuis est-ce pouvez pourriez comment pourquoi quand où quel quelle
    que qui si tout très trop bien bon bonne i i'm i’m my we our you your the a an this that it is are can could
    please what when where why how do does did after since no non oui yes not pas parfait top super bravo great
    perfect excellent dommage déçu déçue livraison commande order delivery colis parcel produit product article
    canapé lampe table chaise facture invoice refund remboursement retour return sav web internet noël christmas
    paris lyon marseille lille nantes france partenaire partner voisin collègue ami amie amis friend friends valued
    cordialement sincèrement regards responsable directeur directrice director manager membre member fan fans abonné
    prime premium gold lundi mardi mercredi jeudi vendredi samedi dimanche monday tuesday wednesday thursday friday
    saturday sunday nom prénom name tel tél phone email mail adresse address beaucoup world
    """.split()
)
