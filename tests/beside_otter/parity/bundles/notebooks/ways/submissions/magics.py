# scores: q1 2/2, q2 3/3
# %%
%time area = lambda side: side * side
# %%
!echo hello
%matplotlib inline
# %%
%%time
numbers = [n for n in range(43)]
answer = numbers[-1]
# %%
answer?
