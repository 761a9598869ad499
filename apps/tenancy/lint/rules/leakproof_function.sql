-- rule: leakproof_function
-- says: A function is marked LEAKPROOF, so it is run on rows before the policies have judged them.
-- cure: alter function {object} not leakproof;
select object, '' from routine where is_leakproof
