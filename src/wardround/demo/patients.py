"""Who the demonstration's patients are: made-up names, telephones that ring nowhere.

Decides the same name for the same patient in every run.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from wardround.store.vault import Person

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "秀英 桂兰 建国 玉梅 志强 淑珍 永福 春花 德明 海燕 家旺 玉兰 小宝 雨桐 子涵 长根".split()


def patients(keys: Iterable[str]) -> dict[str, Person]:
    """Record number, name and telephone of the patients with these ids."""
    found = {}
    for key in keys:
        rng = Random(f"patient {key}")
        name = rng.choice(_FAMILY) + rng.choice(_GIVEN)
        found[key] = Person(f"B{key[1:]}", name, f"130000{rng.randrange(100000):05}")
    return found
