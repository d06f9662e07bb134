"""What the demo's sellers offer: half described in English, half in Chinese. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """One listing; amounts in yuan."""

    seller: str
    category: str
    issuer: str
    title: str
    description: str
    face_value: int
    price: int
    quantity: int = 1


_EN = "Bought it for myself and never used it. Works in every branch; no minimum spend."
_ZH = "自己买的，一直没用，全国门店通用，没有最低消费。"
_GAME = "For the game account of your choice. The whole value is still on it."
_GAME_ZH = "可给任意账号充值，面值完整，未使用。"

OFFERS = (
    Offer("mei", "top-up", "sandbox", "Game card 50", _GAME, 50, 48, 3),
    Offer("mei", "top-up", "sandbox", "游戏点卡 30元", _GAME_ZH, 30, 29),
    Offer("mei", "top-up", "sandbox", "Phone top-up 20", _GAME, 20, 19, 2),
    Offer("jun", "top-up", "sandbox", "手机充值卡 100元", _GAME_ZH, 100, 97),
    Offer("jun", "top-up", "sandbox", "Game credits 80", _GAME, 80, 76),
    Offer("jun", "top-up", "orchard", "网吧时长卡 40元", _GAME_ZH, 40, 36),
    Offer("an", "top-up", "sandbox", "Mobile data card 10", _GAME, 10, 9, 4),
    Offer("an", "top-up", "sandbox", "游戏季票 68元", _GAME_ZH, 68, 66),
    Offer("an", "coupons", "orchard", "超市购物卡 100元", _ZH, 100, 96),
    Offer("an", "coupons", "orchard", "Supermarket card 50", _EN, 50, 47),
    Offer("tao", "coupons", "orchard", "面包店代金券 30元", _ZH, 30, 27, 2),
    Offer("tao", "coupons", "sandbox", "Coffee voucher 35", _EN, 35, 33),
    Offer("tao", "coupons", "sandbox", "奶茶券 18元", _ZH, 18, 17, 3),
    Offer("tao", "coupons", "orchard", "Hot pot dinner voucher 150", _EN, 150, 118),
    Offer("ning", "coupons", "sandbox", "书店礼品卡 60元", _ZH, 60, 58),
    Offer("ning", "coupons", "sandbox", "Gift card for a bookshop 100", _EN, 100, 95),
    Offer("ning", "streaming", "sandbox", "视频会员月卡 25元", _GAME_ZH, 25, 24, 3),
    Offer("ning", "streaming", "sandbox", "Music membership, one month", _GAME, 15, 14, 2),
    Offer("rui", "streaming", "sandbox", "影视会员季卡 58元", _GAME_ZH, 58, 55),
    Offer("rui", "streaming", "sandbox", "App store card 100", _GAME, 100, 98),
    Offer("rui", "streaming", "orchard", "Audiobook credits 45", _GAME, 45, 41),
    Offer("hua", "travel", "orchard", "公交卡充值 50元", _ZH, 50, 48),
    Offer("hua", "travel", "sandbox", "Metro card top-up 30", _EN, 30, 29, 2),
    Offer("hua", "travel", "sandbox", "打车券 40元", _ZH, 40, 37),
    Offer("hua", "travel", "orchard", "Bike sharing, ten rides", _EN, 20, 17),
    Offer("hua", "travel", "sandbox", "景区门票券 120元", _ZH, 120, 112),
)
HELD = Offer("rui", "coupons", "orchard", "Department store card 200", _EN, 200, 90)
DRAFT = Offer("mei", "travel", "sandbox", "Airport lounge voucher 99", _EN, 99, 92)
SOLD = Offer("mei", "streaming", "sandbox", "直播礼物卡 20元", _GAME_ZH, 20, 19)
WITHDRAWN = Offer("jun", "coupons", "sandbox", "Ice cream voucher 12", _EN, 12, 11)
# Their orders end up in court.
IN_COURT = {
    "voting": Offer("jun", "top-up", "sandbox", "Space game card 80", _EN, 80, 76),
    "narrow": Offer("an", "coupons", "sandbox", "火锅代金券 100元", _ZH, 100, 92),
    "silent": Offer("mei", "top-up", "sandbox", "Top-up for a tablet 40", _EN, 40, 38),
}
CHEAP = Offer("jun", "coupons", "orchard", "折扣购物券 60元", _ZH, 60, 45)
