"""The words of known frauds, each with texts that it must and must not match. Pure.

`PATTERNS` is versioned: a listing that was refused can be explained by the table of its day.
The texts are matched against `codeshape.plain()`: compatible characters equal, lower case.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

VERSION = "2026-11"


class Weight(IntEnum):
    CAUTION = 1  # a sentence beside the listing
    HOLD = 2  # a person looks first
    REFUSE = 3  # can't be published


@dataclass(frozen=True)
class Pattern:
    code: str
    weight: Weight
    expression: re.Pattern[str]
    matches: tuple[str, ...]
    spares: tuple[str, ...]


def _row(
    code: str, weight: Weight, expression: str, *, matches: tuple[str, ...], spares: tuple[str, ...]
) -> Pattern:
    return Pattern(code, weight, re.compile(expression), matches, spares)


_TOPS = "com|cn|net|org|top|xyz|shop|vip|app|link|site|club|info|cc|me|io|ly|ink|store|online"

PATTERNS: tuple[Pattern, ...] = (
    _row(
        "pay_scheme",
        Weight.REFUSE,
        r"(?:weixin|wxp|alipays?|alipayqr|bitcoin|ethereum)://|qr\.alipay\.com|wx\.tenpay\.com"
        r"|qr\.95516\.com|payapp\.weixin\.qq\.com|paypal\.me/",
        matches=("Pay here: wxp://f2f0abc", "ALIPAYS://platformapi", "WeiXin://dl/business"),
        spares=("You may pay with Alipay on the order page", "微信立减金 5元"),
    ),
    _row(
        "outside_contact",
        Weight.REFUSE,
        r"[a-z0-9._%+\-]+\s?(?:@|\(at\))\s?[a-z0-9\-]+(?:\.[a-z0-9\-]+)*\.[a-z]{2,}",
        matches=("Write to li.card@mail.example", "WANG@mail.example"),
        spares=("Half price @ the counter", "valid @ all branches."),
    ),
    _row(
        "outside_contact",
        Weight.REFUSE,
        r"(?:微信|薇信|威信|v信|wechat|weixin|\bvx|\bwx)\s?(?:号|id)?\s?[:是加]?\s?"
        r"(?=[a-z_\-]*\d)[a-z][a-z0-9_\-]{4,}"
        r"|(?:qq|扣扣|企鹅)\s?(?:号|群)?\s?[:是]?\s?\d{5,11}(?!\d)"
        r"|(?:telegram|whatsapp|\btg|line id|signal)\s?[:@]\s?\+?[a-z0-9_]{4,}",
        matches=("加微信 card8888", "QQ: 1234567", "telegram @quickcards", "VX：abc12345"),
        spares=("QQ Music 30 days", "微信读书月卡", "QQ会员 12 个月", "the signal was weak"),
    ),
    _row(
        "outside_contact",
        Weight.REFUSE,
        r"(?<!增)(?:加|联系|私)(?:一?下|个)?(?:我的?|卖家)?(?:微信|薇信|威信|v信?|vx|qq|扣扣)(?![a-z支])"
        r"|\b(?:add|text|reach|contact|message) (?:me|us) (?:on|by|via|at) "
        r"(?:wechat|weixin|qq|whatsapp|telegram|line|signal|phone|sms)",
        matches=("加我微信便宜", "Contact me on WhatsApp", "联系vx"),
        spares=("增加微信支付选项", "Contact me on this page", "message me via Fairhand"),
    ),
    _row(
        "outside_link",
        Weight.REFUSE,
        rf"(?:https?|ftp)://\S+|\bwww\.[a-z0-9\-]+\.\S+"
        rf"|(?<![\w@.])[a-z0-9][a-z0-9\-]{{1,40}}(?:\.[a-z0-9\-]+)*\s?(?:\.|点|\(dot\))\s?(?:{_TOPS})"
        r"(?![a-z0-9])(?:/\S*)?",
        matches=(
            "See https://cards.example/x",
            "go to cheapcards.top/a",
            "WWW.cards.example",
            "cheapcards 点 com",
        ),
        spares=("The card is new.Come and see", "v2.0 of the game", "Use it by 30.6."),
    ),
    _row(
        "confirm_first",
        Weight.HOLD,
        r"(?:先|提前)(?:点|帮我|麻烦)?(?:击|一?下)?确认(?:收货|收到|订单)?"
        r"(?!.{0,4}(?:无误|能用|可用))"
        r"|确认收货?(?:之?后|了)(?:我?再|我?才|马上|立即|立刻|秒)?(?:发|给)"
        r"|\bconfirm(?: the)?(?: receipt| order| delivery)? (?:first|before i|and then i)\b"
        r"|\b(?:first|after you) confirm\b"
        r"|\bconfirm(?:ed|ing)? (?:receipt )?(?:in advance|early)\b",
        matches=(
            "Please confirm receipt first, then I send",
            "先确认收货，再发卡密",
            "确认收货后马上发",
            "Confirm before I send the code",
        ),
        spares=(
            "Confirm only after the code works",
            "请查验后再确认收货",
            "The issuer will confirm the balance",
        ),
    ),
    _row(
        "buy_elsewhere",
        Weight.HOLD,
        r"(?:去|到|在)(?:别的|其他|其它|另一个|京东|淘宝|天猫|拼多多|抖音|美团|超市)"
        r"(?:平台|网站|商城|店铺?|上)?(?:里|上)?(?:买|购买|下单|拍)"
        r"|\bbuy (?:a |an |the |one )?(?:\w+ ){0,3}(?:card|coupon|goods|item|code)s? "
        r"(?:there |first )?(?:on|from|at|in) (?:another|other|a different|that|the other) "
        r"(?:site|shop|store|platform|app)"
        r"|\bbuy (?:a |an |the )?(?:\w+ ){0,3}card there\b",
        matches=(
            "先去京东买一张超市卡，再把截图发我",
            "Buy a supermarket card on another site, then send me the picture",
            "buy the supermarket card there and send me a picture",
        ),
        spares=("Buy a card here", "在超市可用", "Usable at every store of the chain"),
    ),
    _row(
        "company_card",
        Weight.HOLD,
        r"内部(?:员工)?(?:卡|券|渠道|价|福利)|员工(?:卡|福利卡|内购)|公司(?:福利)?(?:卡|券)"
        r"|特殊(?:流程|步骤|渠道|方式)"
        r"|\b(?:internal|employees?|staff|company|corporate) (?:\w+ )?"
        r"(?:cards?|coupons?|vouchers?)\b"
        r"|\bspecial (?:steps?|procedure|channel)\b",
        matches=(
            "公司福利卡低价出",
            "Employee cards, special steps",
            "内部渠道拿货",
            "internal gift cards",
        ),
        spares=("A card company of good name", "本公司食堂不可用", "special offer"),
    ),
    _row(
        "false_guarantee",
        Weight.REFUSE,
        r"(?:平台|官方|闲置)(?:担保|保证|认证|授权|直营|客服|旗舰)|官方(?:店|正店|合作)"
        r"|(?:全网|全国|销量|信誉|本站)第[一1]|第[一1](?:名|大)?(?:店|卖家|商家)|金牌(?:店|卖家|商家)"
        r"|\bno\.?\s?1\s(?:\w+\s)?(?:shop|seller|store|dealer)\b|\bno\.?\s?1\s?店"
        r"|\bnumber (?:one|1) (?:\w+ )?(?:shop|seller|store|dealer)\b"
        r"|\bofficial(?:ly)? (?:shop|store|seller|dealer|guaranteed?|fairhand|certified)\b"
        r"|\bfairhand[- ](?:official|guaranteed?|certified|approved)\b"
        r"|\b(?:guaranteed|certified|backed) by (?:the )?(?:fairhand|platform)\b"
        r"|\bplatform[- ](?:guaranteed?|certified)\b",
        matches=(
            "No. 1 shop",
            "Fairhand guaranteed",
            "官方认证 销量第一",
            "platform-guaranteed card",
            "Official store",
            "NO.1 seller",
        ),
        spares=(
            "Redeem it on the official site of the game",
            "Room no. 1",
            "第一次出卡",
            "Fairhand holds the money",
        ),
    ),
)
