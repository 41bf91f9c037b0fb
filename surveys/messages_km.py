"""What people who answer in Khmer are told about their answers.

A machine's draft, as the Khmer texts of the shipped instruments are: a speaker has yet to check it.
"""

ANSWERS = {
    "required": "សូមលោក/លោកស្រីឆ្លើយសំណួរនេះ។",
    "unknown_choice": "សូមជ្រើសរើសចម្លើយមួយក្នុងចំណោមចម្លើយដែលមាន។",
    "several": "សូមជ្រើសរើសតែមួយប៉ុណ្ណោះ។",
    "not_alone": "ចម្លើយមួយដែលបានជ្រើសរើសមិនអាចទៅជាមួយចម្លើយផ្សេងទេ។ សូមដកវាចេញ ឬដកចម្លើយផ្សេងទៀតចេញ។",
    "too_few_chosen": "សូមជ្រើសរើសយ៉ាងតិច {limit}។",
    "too_many_chosen": "សូមជ្រើសរើសយ៉ាងច្រើន {limit}។",
    "not_number": "សូមសរសេរជាលេខ ឧទាហរណ៍ 12។",
    "number_unclear": "លេខនេះអាចយល់បានពីរយ៉ាង។ សូមសរសេរលេខជាប់គ្នា មិនដាក់សញ្ញាបំបែកពាន់ ឧទាហរណ៍ 1500 "
    "ហើយប្រើក្បៀសសម្រាប់ទសភាគ ឧទាហរណ៍ 1,5។",
    "number_not_whole": "សូមសរសេរជាចំនួនគត់។",
    "too_many_decimals": "សូមសរសេរមិនលើសពី {limit} ខ្ទង់ក្រោយក្បៀស។",
    "number_too_low": "សូមសរសេរលេខចាប់ពី {limit:vi} ឡើងទៅ។",
    "number_too_high": "សូមសរសេរលេខមិនលើសពី {limit:vi}។",
    "not_day": "សូមសរសេរថ្ងៃ ខែ និងឆ្នាំឱ្យគ្រប់ ឧទាហរណ៍ 23/11/2026។",
    "day_too_early": "សូមសរសេរចាប់ពីថ្ងៃ {limit:%d/%m/%Y} ទៅ។",
    "day_too_late": "សូមសរសេរមិនលើសពីថ្ងៃ {limit:%d/%m/%Y}។",
    "day_in_future": "ថ្ងៃនេះមិនទាន់មកដល់ទេ។ សូមពិនិត្យម្តងទៀត។",
    "answer_too_long": "សូមសរសេរមិនលើសពី {limit} តួអក្សរ។",
}
