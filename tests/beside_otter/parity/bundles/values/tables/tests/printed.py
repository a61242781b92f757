OK_FORMAT = True

test = {
    "name": "printed",
    "points": 3,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": r""">>> by_city
      mean  max
city           
Bonn  50.0   50
Rome  35.0   40""", "hidden": False},
                {"code": r""">>> mean_age(pd.DataFrame({"city": ["X", "X"], "age": [1, 2]}))
city
X    1.5
Name: age, dtype: float64
>>> list(sizes.cat.categories)
['S', 'M', 'L']"""},
                {"code": r""">>> counts = people.city.value_counts()
>>> counts.to_dict(), counts.idxmax()
({'Rome': 2, 'Bonn': 1}, 'Rome')
>>> people.sort_values("age", ascending=False).name.tolist()
['Cy', 'Bob', 'Ann']
>>> len(people[people.age > people.age.mean()])
1"""},
            ],
        }
    ],
}
